using System.Text.RegularExpressions;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Shared;
using static StreamingAdapters.Errors.ChatErrorKind;

namespace StreamingAdapters.Tests.Errors;

/// <summary>The rows of the table of errors in the design, and which tests hit them.</summary>
internal static partial class ErrorSpecification
{
    /// <summary>A row: whose, the beginning of its condition, and what hits it.</summary>
    /// <param name="Provider">The row's first cell.</param>
    /// <param name="Condition">How its second cell begins.</param>
    /// <param name="Bodies">The provider of the bodies in <see cref="ErrorRows"/>, and their kinds.</param>
    /// <param name="Tests">Tests by their class and name.</param>
    public sealed record Claim(string Provider, string Condition, (string Provider, ChatErrorKind[] Kinds)? Bodies, string[] Tests);

    /// <summary>The table's rows: provider and condition; null where the design is not beside the repository.</summary>
    public static IReadOnlyList<(string Provider, string Condition)>? Rows
    {
        get
        {
            string? path = FixtureFolder.Root is { } root ? Path.Combine(root, "..", "design", "errors.md") : null;
            if (path is null || !File.Exists(path))
            {
                return null;
            }

            string table = File.ReadAllText(path).Split("## 3.")[1].Split("## 4.")[0];
            return [.. Row().Matches(table).Skip(1).Select(match => (match.Groups["provider"].Value.Replace("*", "", StringComparison.Ordinal), match.Groups["condition"].Value))];
        }
    }

    /// <summary>What hits each of them.</summary>
    public static IReadOnlyList<Claim> Claims { get; } = [.. OfAny(), .. OfStreams(), .. OfOpenAI(), .. OfAnthropicAndGoogle(), .. OfLocalServers(), .. OfRouters()];

    private static IEnumerable<Claim> OfAny() =>
    [
        By("any OpenAI-shaped", "body `{\"error\"", "ProviderErrorParserTests.Parse_JsonShape_IsReadFromBodyAndElementAlike", "ProviderErrorParserTests.Parse_Markup_GivesTitleElseText"),
        Of("any", "400 + context phrase", "any", ContextLengthExceeded),
        Of("any", "400 code `content_policy", "any", ContentFiltered),
        Of("any", "401;", "any", Authentication),
        Of("any", "402;", "any", QuotaExhausted),
        Of("any", "403", "any", PermissionDenied, RegionBlocked),
        Of("any", "404;", "any", ModelNotFound),
        Of("any", "410;", "any", ModelRetired),
        Of("any", "408 / 504", "any", HeadersTimeout),
        Of("any", "409", "any", ServerError),
        Of("any", "413", "any", RequestTooLarge),
        Of("any", "422", "any", InvalidRequest),
        Of("any", "429", "any", RateLimited),
        Of("any", "500/502", "any", ServerError),
        Of("any", "503", "any", Overloaded),
        Of("any", "529", "any", Overloaded),
        By("transport", "DNS/connect", "ChatErrorMapperTests.FromTransport_EveryHttpRequestError_GivesKindBeforeAndInTheAnswer", "HttpChatClientTests.SendAsync_ConnectionRefused_FailsWithoutRetry"),
        By("transport", "RST/EPIPE", "ChatErrorMapperTests.FromTransport_BareCause_IsNetworkOrTruncated", "HttpChatClientTests.MoveNextAsync_ConnectionBreaks_DeliversWhatCameThenFails"),
    ];

    private static IEnumerable<Claim> OfStreams() =>
    [
        By("any stream", "`data:{\"error\"", "ErrorClassifierTests.FromError_SameBodyInStream_GivesSameKind", "OpenAIErrorTests.Decode_Error_ComesAfterTheText"),
        By("any stream", "`finish_reason:\"content_filter\"`", "OpenAIFieldTests.Decode_Field_GivesTheAnswer", "AnthropicStreamDecoderTests.Decode_StopReason_IsTheContractsWord"),
        By("any stream", "`finish_reason:\"error\"`", "OpenAIErrorTests.Decode_Error_ComesAfterTheText"),
        By("any stream", "EOF with neither", "CutTests.Decode_CutAnywhere_GivesPrefixThenTruncation"),
        By("any stream", "200 with zero events", "GatewayFaultTests.Call_FaultBeforeContentStays_IsAnsweredByTheSecondRoute"),
        By("any stream", "200 with `content-type", "AnthropicStreamDecoderTests.Decode_WholeMessage_IsTheSameAnswer", "OpenAIResponsesStreamDecoderTests.Decode_WholeResponse_IsTheSameAnswer", "AnthropicStreamDecoderTests.Decode_BareErrorAsTheWholeBody_Fails"),
        By("any stream", "invalid JSON", "OpenAIErrorTests.Decode_BrokenFrame_DeliversItsTextAndSaysWhere"),
    ];

    private static IEnumerable<Claim> OfOpenAI() =>
    [
        Of("OpenAI", "429 `insufficient_quota`", "openai", QuotaExhausted),
        Of("OpenAI", "429 `rate_limit_exceeded`", "openai", RateLimited),
        Of("OpenAI", "429 \"Request too large\"", "openai", RequestTooLarge),
        Of("OpenAI", "503/500", "openai", Overloaded),
        Of("OpenAI", "403 `unsupported_country", "openai", RegionBlocked),
        Of("OpenAI", "400 `invalid_encrypted", "openai", InvalidRequest),
        Of("OpenAI", "400 `invalid_request_error`, `param", "openai", UnsupportedFeature),
        By("OpenAI Responses", "SSE `response.failed`", "OpenAIResponsesStreamDecoderTests.Decode_Error_FailsWithItsKindBehindWhatCame", "OpenAIResponsesStreamDecoderTests.Decode_Incomplete_IsAFinishAndNoError", "InStreamTwinTests.Responses_ErrorEventAndFailure_AreOfTheKindOfTheirTwin"),
        Of("Azure OpenAI", "400 `innererror", "azure", ContentFiltered),
        Of("Azure", "404 `DeploymentNotFound`", "azure", ModelNotFound),
        Of("Azure", "429", "azure", RateLimited),
        By("Azure", "first chunk", "OpenAIFieldTests.Decode_Field_GivesTheAnswer"),
    ];

    private static IEnumerable<Claim> OfAnthropicAndGoogle() =>
    [
        Of("Anthropic", "400 `invalid_request_error`", "anthropic", InvalidRequest, ContextLengthExceeded, QuotaExhausted, ContentFiltered, UnsupportedFeature),
        Of("Anthropic", "401 `authentication_error`", "anthropic", Authentication, PermissionDenied, ModelNotFound),
        Of("Anthropic", "402", "anthropic", QuotaExhausted),
        Of("Anthropic", "409", "anthropic", ServerError),
        Of("Anthropic", "413", "anthropic", RequestTooLarge),
        Of("Anthropic", "429", "anthropic", RateLimited),
        Of("Anthropic", "500 `api_error`", "anthropic", ServerError, HeadersTimeout, Overloaded),
        By("Anthropic", "SSE `event: error`", "InStreamTwinTests.Anthropic_ErrorEvent_IsOfTheKindOfItsTwin", "AnthropicStreamDecoderTests.Decode_ErrorEvent_FailsWithItsKindBehindWhatCame"),
        By("Anthropic", "`stop_reason:", "AnthropicStreamDecoderTests.Decode_StopReason_IsTheContractsWord"),
        Of("Gemini API", "400 `INVALID_ARGUMENT`", "gemini", Authentication),
        Of("Gemini", "400 `FAILED_PRECONDITION`", "gemini", RegionBlocked, QuotaExhausted),
        Of("Gemini", "400 \"exceeds", "gemini", ContextLengthExceeded),
        Of("Gemini", "403", "gemini", PermissionDenied, ModelNotFound),
        Of("Gemini", "429", "gemini", RateLimited, QuotaExhausted),
        Of("Gemini", "500 `INTERNAL`", "gemini", ServerError, Overloaded, HeadersTimeout),
        Of("Gemini", "5xx HTTP", "gemini", RateLimited),
        By("Gemini", "`promptFeedback", "GeminiStreamDecoderTests.Decode_BlockedPrompt_IsFiltered", "GeminiStreamDecoderTests.Decode_FinishReason_IsTheContractsWord"),
        By("Gemini", "`finishReason: MALFORMED", "GeminiStreamDecoderTests.Decode_FinishReason_IsTheContractsWord"),
        Of("Bedrock", "`ThrottlingException`", "bedrock", RateLimited, PermissionDenied, InvalidRequest, ContextLengthExceeded, HeadersTimeout, ServerError, Overloaded),
    ];

    private static IEnumerable<Claim> OfLocalServers() =>
    [
        Of("Ollama", "404", "ollama", ModelNotFound),
        Of("Ollama", "503", "ollama", Overloaded),
        Of("Ollama", "400 \"the input", "ollama", ContextLengthExceeded),
        Of("Ollama", "400 \"does not support", "ollama", UnsupportedFeature),
        Of("Ollama", "500 load", "ollama", ServerError),
        By("Ollama", "NDJSON line", "OllamaStreamDecoderTests.Decode_Stream_GivesTheAnswer"),
        By("Ollama", "EOF without", "OllamaStreamDecoderTests.Decode_CutAnywhere_GivesAPrefixThenTruncation"),
        Of("Ollama /v1", "types", "ollama", RateLimited, Overloaded, ServerError),
        Of("Ollama cloud", "401", "ollama", Authentication, QuotaExhausted, PermissionDenied, RateLimited, ServerError),
        Of("LM Studio /v1", "OpenAI body", "lmstudio", InvalidRequest),
        By("LM Studio native", "SSE `error`", "LMStudioStreamDecoderTests.Decode_Error_IsThrownBehindTextAndUsage"),
        Of("LM Studio", "\"Model unloaded", "lmstudio", ModelNotFound),
        Of("LM Studio", "400/stream error", "lmstudio", ContextLengthExceeded),
        By("LM Studio", "GGUF path", "OpenAIErrorTests.Decode_AnswerWithoutContent_FollowsTheDialect"),
        Of("vLLM/SGLang", "200 SSE", "vllm", InvalidRequest),
        Of("vLLM", "400", "vllm", ContextLengthExceeded),
        Of("llama.cpp server", "400", "llamacpp", ContextLengthExceeded, Overloaded),
    ];

    private static IEnumerable<Claim> OfRouters() =>
    [
        Of("OpenRouter", "`{\"error\":{\"code\":int", "openrouter", InvalidRequest, Authentication, QuotaExhausted, ContentFiltered, HeadersTimeout, RequestTooLarge, RateLimited, ServerError, Overloaded),
        By("OpenRouter", "mid-stream", "OpenRouterTests.Decode_ErrorInMidStream_IsOfItsKindBehindTheText"),
        By("OpenRouter", "`: OPENROUTER", "OpenRouterTests.Decode_FinishSentTwiceBetweenComments_IsOneAnswerWithItsGeneration"),
        Of("Groq", "429", "groq", RateLimited, Overloaded, RequestTooLarge, InvalidRequest, ServerError),
        Of("Mistral", "", "mistral", RateLimited, Authentication, InvalidRequest, ModelNotFound),
        Of("DeepSeek", "400/401/402", "deepseek", QuotaExhausted, Authentication, Overloaded),
        Of("xAI", "three shapes", "xai", Authentication, QuotaExhausted, InvalidRequest),
        Of("Together", "524", "together", HeadersTimeout, Overloaded),
        Of("Cohere v2", "`{\"message\"", "cohere", ContextLengthExceeded, QuotaExhausted, ServerError, RateLimited),
    ];

    private static Claim Of(string provider, string condition, string bodies, params ChatErrorKind[] kinds) => new(provider, condition, (bodies, kinds), []);

    private static Claim By(string provider, string condition, params string[] tests) => new(provider, condition, null, tests);

    [GeneratedRegex(@"^\| (?<provider>[^|]+?) \| (?<condition>[^|]+?) \|", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Row();
}
