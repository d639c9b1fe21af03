namespace StreamingAdapters.Streams;

/// <summary>
/// The keys of this library's own in <c>AdditionalProperties</c>; what a provider said beyond an update's members stands there too, under
/// the provider's names.
/// </summary>
/// <remarks>None of these is ever sent to a provider.</remarks>
public static class StreamingKeys
{
    /// <summary>
    /// What the provider has said about token use before the end of the answer: an
    /// <see cref="Microsoft.Extensions.AI.AdditionalPropertiesDictionary{TValue}"/> of <see cref="long"/>, by the names of
    /// <see cref="Microsoft.Extensions.AI.UsageDetails"/>.
    /// </summary>
    /// <remarks>
    /// On an update, when it is first known and again when it changes. Cumulative; not a
    /// <see cref="Microsoft.Extensions.AI.UsageContent"/>, of which there is one, at the end.
    /// </remarks>
    public const string UsageSoFar = "streaming.usage_so_far";

    /// <summary>The provider's own finish reason, a string, where <c>FinishReason</c> holds another word for it.</summary>
    public const string FinishReasonRaw = "finish_reason_raw";

    /// <summary>
    /// The text of a tool call's arguments, a string, on a <see cref="Microsoft.Extensions.AI.FunctionCallContent"/> whose arguments are
    /// not a JSON object.
    /// </summary>
    public const string ArgumentsRaw = "arguments_raw";

    /// <summary>
    /// With <c>n</c> above 1, the texts of the choices beside the first, on the last update: a <see cref="Dictionary{TKey, TValue}"/> of
    /// the choice's index to its text.
    /// </summary>
    public const string OtherChoices = "other_choices";

    private const string Prefix = "streaming.";

    /// <summary>Whether a key is one of this library's, so that no request carries it.</summary>
    internal static bool IsOurs(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) || key is FinishReasonRaw or ArgumentsRaw or OtherChoices;
}
