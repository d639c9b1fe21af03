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
    /// On a <see cref="Microsoft.Extensions.AI.TextReasoningContent"/>, the protocol whose servers alone can read its <c>ProtectedData</c>, a string (<c>anthropic</c>,
    /// <c>gemini</c>, <c>openai-responses</c>): a request over another protocol leaves them out.
    /// </summary>
    public const string ProtectedBy = "protected_by";

    /// <summary>
    /// With <c>n</c> above 1, the texts of the choices beside the first, on the last update: a <see cref="Dictionary{TKey, TValue}"/> of
    /// the choice's index to its text.
    /// </summary>
    public const string OtherChoices = "other_choices";

    /// <summary>
    /// The name of a tool that the model has begun to call, a string, empty where it is not known yet: on an update without contents, where the provider sends a
    /// call in pieces. The call follows as one content when it is whole.
    /// </summary>
    public const string ToolCallBegun = "streaming.tool_call_begun";

    /// <summary>The chunk's place in the answer, a <see cref="long"/>, gapless from 0.</summary>
    public const string Index = "streaming.index";

    /// <summary>When the chunk arrived, a <see cref="DateTimeOffset"/>.</summary>
    public const string Timestamp = "streaming.timestamp";

    /// <summary>The chunk's text in bytes of UTF-8, an <see cref="int"/>.</summary>
    public const string Size = "streaming.size";

    /// <summary>The provider's name, a string: of the metadata stage on each chunk, of a router on its first update or its response.</summary>
    public const string Provider = "streaming.provider";

    /// <summary>The model's id, a string.</summary>
    public const string Model = "streaming.model";

    /// <summary>The model's time from the call to the chunk, a <see cref="TimeSpan"/>.</summary>
    public const string Elapsed = "streaming.elapsed";

    /// <summary>The model's time from the chunk before, a <see cref="TimeSpan"/>.</summary>
    public const string Gap = "streaming.gap";

    /// <summary>The answer in numbers, a <see cref="Dictionary{TKey, TValue}"/>: on the response, or in the <c>Data</c> of the exception.</summary>
    public const string Summary = "streaming.summary";

    /// <summary>
    /// The attempts that an answer took, a <see cref="Dictionary{TKey, TValue}"/> of the attempt's number to its record: on the first update that was
    /// released, on the response, or in the <c>Data</c> of the exception.
    /// </summary>
    public const string Attempts = "streaming.attempts";

    /// <summary>
    /// That the text from here on comes from another answer, a <see cref="Dictionary{TKey, TValue}"/>: on the first update behind a break.
    /// </summary>
    public const string Continued = "streaming.continued";

    /// <summary>How long the call waited for its permits, a <see cref="TimeSpan"/>: on its first update or its response, where it waited.</summary>
    public const string Queued = "streaming.queued";

    /// <summary>The tokens of an answer that did not end, a <see cref="Dictionary{TKey, TValue}"/> in the <c>Data</c> of the exception.</summary>
    public const string Usage = "streaming.usage";

    /// <summary>What is odd about an update but no error, a list of strings.</summary>
    public const string Annotations = "streaming.annotations";

    /// <summary>
    /// On the first update, true: streaming was refused, and this is a whole answer in parts. In the <c>Data</c> of the exception, where the whole answer failed too:
    /// the <see cref="Exception"/> with which streaming was refused.
    /// </summary>
    public const string Fallback = "streaming.fallback";

    /// <summary>The name of the route that was chosen for the call, a string: on its first update or its response.</summary>
    public const string Route = "streaming.route";

    /// <summary>How far the server is with loading the model, a <see cref="double"/> from 0 to 1: on updates without contents, where the provider tells it.</summary>
    /// <remarks>Recovery holds them back with all that comes in front of the first content.</remarks>
    public const string ModelLoad = "streaming.model_load";

    /// <summary>How far the model is with reading the prompt, a <see cref="double"/> from 0 to 1: on updates without contents, where the provider tells it.</summary>
    /// <remarks>Recovery holds them back with all that comes in front of the first content.</remarks>
    public const string PromptProgress = "streaming.prompt_progress";

    private const string Prefix = "streaming.";

    /// <summary>Whether a key is one of this library's, so that no request carries it.</summary>
    internal static bool IsOurs(string key) => IsOfAStage(key) || key is FinishReasonRaw or ArgumentsRaw or ProtectedBy or OtherChoices;

    /// <summary>Whether a key says something about the stream, and nothing that a conversation needs again.</summary>
    internal static bool IsOfAStage(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);
}
