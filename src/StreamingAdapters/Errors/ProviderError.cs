namespace StreamingAdapters.Errors;

/// <summary>What a provider said about a failure, whichever shape it said it in.</summary>
internal sealed record ProviderError
{
    /// <summary>The HTTP status; for an error inside a stream the status that its code or type stands for.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The provider's text, unchanged: it may echo the prompt or the key.</summary>
    public string? Message { get; init; }

    public string? Code { get; init; }

    public string? Type { get; init; }

    public string? Param { get; init; }

    /// <summary>The wait that the body or the headers ask for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where to sign in (Ollama cloud).</summary>
    public string? SignInUrl { get; init; }

    /// <summary>A status that the body itself names; it is more precise than the HTTP status of a gateway.</summary>
    public int? BodyStatus { get; init; }

    /// <summary><c>innererror.code</c> (Azure).</summary>
    public string? InnerCode { get; init; }

    /// <summary><c>details[].reason</c> (Google RPC ErrorInfo, also behind its OpenAI-compatible endpoint).</summary>
    public string? Reason { get; init; }

    /// <summary><c>details[].violations[].quotaId</c> (Google RPC QuotaFailure).</summary>
    public IReadOnlyList<string> QuotaIds { get; init; } = [];

    /// <summary>The body lists why a moderator refused the prompt (OpenRouter <c>metadata.reasons</c>).</summary>
    public bool IsModeration { get; init; }

    /// <summary>The body is a web page of a gateway: only the status says something.</summary>
    public bool IsMarkup { get; init; }

    /// <summary>The request's size in tokens (llama.cpp <c>n_prompt_tokens</c>).</summary>
    public long? PromptTokens { get; init; }

    /// <summary>The context's size in tokens (llama.cpp <c>n_ctx</c>).</summary>
    public long? ContextTokens { get; init; }

    /// <summary>The error of the server behind a router (OpenRouter <c>metadata.raw</c>).</summary>
    public ProviderError? Nested { get; init; }

    // The generated text would print the provider's message.
    public override string ToString() => $"{nameof(ProviderError)} {StatusCode}";
}
