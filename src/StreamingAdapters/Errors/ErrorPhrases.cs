using static StreamingAdapters.Errors.ErrorPhraseScopes;

namespace StreamingAdapters.Errors;

/// <summary>The phrases that classify an error which no code and no status explains; the first that matches wins, quota before rate limit.</summary>
/// <remarks>Sources: LiteLLM's and Bifrost's lists, the servers' own code and the issue threads named beside a row.</remarks>
internal static class ErrorPhrases
{
    private const ErrorPhraseScopes Any = Request | NoStatus;

    internal static IReadOnlyList<ErrorPhrase> All { get; } =
    [
        .. Quota(), .. Access(), .. Unsupported(), .. Context(), .. Content(), .. Models(), .. Capacity(),
    ];

    private static IEnumerable<ErrorPhrase> Quota() => Rows(ChatErrorKind.QuotaExhausted, Any | Forbidden | RateLimit,
        "credit balance", "spend limit", "spending limit", "api usage limits", "prepayment credits", "credits are depleted", "spending cap",
        "requires billing", "key limit exceeded", "account is not active", "insufficient balance", "insufficient credits", "billing hard limit",
        "used all available credits", "doesn't have any credits");

    private static IEnumerable<ErrorPhrase> Access() =>
    [
        // xAI answers 400 to a wrong key, Google to a missing one.
        .. Rows(ChatErrorKind.Authentication, Any, "incorrect api key", "invalid api key", "api key not valid", "missing authentication header"),
        .. Rows(ChatErrorKind.RegionBlocked, Any | Forbidden,
            "location is not supported", "country, region, or territory not supported", "not available in your region", "not available in your country"),
    ];

    private static IEnumerable<ErrorPhrase> Unsupported() =>
    [
        // OpenAI, unverified organisations: charmbracelet/crush#422, continuedev/continue#8209.
        .. Feature("streaming", "must be verified to stream", "does not support streaming", "streaming is not supported", "streaming not supported"),

        // Ollama; OpenRouter's router; vLLM without --enable-auto-tool-choice.
        .. Feature("tools", "does not support tools", "endpoints found that support tool use", "tool choice requires --enable-auto-tool-choice"),
        .. Feature("thinking", "does not support thinking"),
        .. Feature("chat", "does not support chat"),
        .. Feature("images", "endpoints found that support image input"),
        .. Feature("prefill", "does not support assistant message prefill"),
    ];

    private static IEnumerable<ErrorPhrase> Context() =>
    [
        new(new(ChatErrorKind.ContextLengthExceeded), Any, "string too long. expected a string with maximum length") { Unless = "invalid 'user'" },
        .. Rows(ChatErrorKind.ContextLengthExceeded, Any,
            "exceed context limit", "maximum context length is", "max context length", "model's maximum context limit",
            "is longer than the model's context length", "input tokens exceed the configured limit", "exceeds the available context size",
            "exceeds the maximum number of tokens allowed", "prompt is too long", "input length exceeds the context length",
            "exceeds the maximum context length", "reached context length"),

        // Cohere. A minute's worth of tokens is a rate.
        new(new(ChatErrorKind.ContextLengthExceeded), Any, "too many tokens") { Unless = "per minute" },

        // Text Generation Inference; Cerebras; SGLang.
        new(new(ChatErrorKind.ContextLengthExceeded), Any, "`inputs` tokens", "`max_new_tokens`"),
        new(new(ChatErrorKind.ContextLengthExceeded), Any, "current length is", "while limit is"),
        new(new(ChatErrorKind.ContextLengthExceeded), Any, "maximum input length is", "tokens"),

        // LM Studio, word order as sent, GGUF and MLX engines: lmstudio-bug-tracker#237, #546.
        .. Rows(ChatErrorKind.ContextLengthExceeded, Any | Server, "when context the overflows", "context size has been exceeded"),
    ];

    private static IEnumerable<ErrorPhrase> Content() => Rows(ChatErrorKind.ContentFiltered, Any,
        "violating our usage policy", "safety system", "content management policy", "content filtering policy", "content_policy_violation");

    private static IEnumerable<ErrorPhrase> Models() =>
    [
        // LM Studio loads the model again on the next request. lmstudio-bug-tracker: "Model unloaded by user or API request."
        .. Transient(ChatErrorKind.ModelNotFound, Any | Server, "model unloaded", "model has unloaded"),

        // A parameter may be deprecated too.
        new(new(ChatErrorKind.ModelRetired), Any, "model", "decommissioned"),
        new(new(ChatErrorKind.ModelRetired), Any, "model", "deprecated") { Unless = "parameter" },
        new(new(ChatErrorKind.ModelRetired), Any, "model", "retired"),
        new(new(ChatErrorKind.ModelRetired), Any, "model", "no longer available"),

        // OpenRouter and LM Studio say 400.
        .. Rows(ChatErrorKind.ModelNotFound, Any,
            "model not found", "is not a valid model id", "invalid model id", "unknown model", "no endpoints found", "no models loaded"),
        new(new(ChatErrorKind.ModelNotFound), Any, "model '", "' not found"),
        new(new(ChatErrorKind.ModelNotFound), Any, "model \"", "\" not found"),
        new(new(ChatErrorKind.ModelNotFound), Any, "the model", "does not exist"),
    ];

    private static IEnumerable<ErrorPhrase> Capacity() =>
    [
        // Tokens per request above tokens per minute: waiting can never help.
        .. Rows(ChatErrorKind.RequestTooLarge, RateLimit | NoStatus, "request too large"),

        // Another try needs the same memory.
        .. Rows(new ErrorVerdict(ChatErrorKind.ServerError, IsTransient: false), Server | NoStatus, "more system memory", "out of memory", "unable to allocate"),
        .. Rows(ChatErrorKind.Overloaded, NoStatus, "server busy", "maximum pending requests exceeded", "overloaded", "loading model"),
        .. Rows(ChatErrorKind.RateLimited, NoStatus, "rate limit", "too many requests", "service tier capacity exceeded"),
    ];

    private static IEnumerable<ErrorPhrase> Feature(string feature, params IEnumerable<string> phrases) =>
        Rows(new ErrorVerdict(ChatErrorKind.UnsupportedFeature, feature), Any, phrases);

    private static IEnumerable<ErrorPhrase> Transient(ChatErrorKind kind, ErrorPhraseScopes scopes, params IEnumerable<string> phrases) =>
        Rows(new ErrorVerdict(kind, IsTransient: true), scopes, phrases);

    private static IEnumerable<ErrorPhrase> Rows(ChatErrorKind kind, ErrorPhraseScopes scopes, params IEnumerable<string> phrases) =>
        Rows(new ErrorVerdict(kind), scopes, phrases);

    private static IEnumerable<ErrorPhrase> Rows(ErrorVerdict verdict, ErrorPhraseScopes scopes, params IEnumerable<string> phrases) =>
        phrases.Select(phrase => new ErrorPhrase(verdict, scopes, phrase));
}
