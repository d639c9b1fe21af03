namespace StreamingAdapters.Streams;

/// <summary>What recovery does behind an attempt: the words of <see cref="AttemptRecord.Decision"/>.</summary>
public static class AttemptDecisions
{
    /// <summary>The same route was asked again.</summary>
    public const string Retry = "retry";

    /// <summary>Another route was asked.</summary>
    public const string Failover = "failover";

    /// <summary>A second attempt was started beside this one, which had no content yet.</summary>
    public const string Hedge = "hedge";

    /// <summary>The answer had begun; another attempt went on from its text.</summary>
    public const string Continue = "continue";

    /// <summary>The failure went to the caller.</summary>
    public const string Fail = "fail";
}
