namespace StreamingAdapters.Errors;

/// <summary>Which clock ran out.</summary>
public enum ChatTimeoutPhase
{
    /// <summary>Until the connection stands.</summary>
    Connect,

    /// <summary>Until the response headers.</summary>
    Headers,

    /// <summary>Until the first content.</summary>
    FirstContent,

    /// <summary>Between two contents.</summary>
    Idle,

    /// <summary>Until the end of the answer.</summary>
    Total,
}
