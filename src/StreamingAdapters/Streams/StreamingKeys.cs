namespace StreamingAdapters.Streams;

/// <summary>Every key that this library writes into <c>AdditionalProperties</c>.</summary>
/// <remarks>None of them is ever sent to a provider.</remarks>
public static class StreamingKeys
{
    /// <summary>What the provider has said about token use before the end of the answer: a <see cref="Dictionary{TKey, TValue}"/> of <see cref="string"/> to <see cref="long"/>.</summary>
    /// <remarks>On an update, when it is first known and again when it changes. Cumulative; not a <see cref="Microsoft.Extensions.AI.UsageContent"/>, of which there is one, at the end.</remarks>
    public const string UsageSoFar = "streaming.usage_so_far";

    /// <summary>The provider's own finish reason, a string, where <c>FinishReason</c> holds another word for it.</summary>
    public const string FinishReasonRaw = "finish_reason_raw";

    /// <summary>The text of a tool call's arguments, a string, on a <see cref="Microsoft.Extensions.AI.FunctionCallContent"/> whose arguments are not a JSON object.</summary>
    public const string ArgumentsRaw = "arguments_raw";

    private const string Prefix = "streaming.";

    /// <summary>Whether a key is one of this library's, so that no request carries it.</summary>
    internal static bool IsOurs(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) || key is FinishReasonRaw or ArgumentsRaw;
}
