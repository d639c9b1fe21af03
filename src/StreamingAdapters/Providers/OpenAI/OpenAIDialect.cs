using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>
/// A named set of deviations of a server that speaks chat completions. Data: a server of one's own is one of these, or <c>with</c> a
/// difference.
/// </summary>
public sealed record OpenAIDialect
{
    /// <summary>The provider's name in <see cref="Microsoft.Extensions.AI.ChatClientMetadata"/> and exceptions.</summary>
    public required string Name { get; init; }

    /// <summary>Where the server is when <see cref="ProviderOptions.Endpoint"/> is not set; null when it must be.</summary>
    public Uri? DefaultEndpoint { get; init; }

    /// <summary>What to add to an endpoint that is a bare host.</summary>
    /// <value><c>/v1</c> by default.</value>
    public string BasePath { get; init; } = "/v1";

    /// <summary>The environment variable that holds the key; null when none is read.</summary>
    /// <remarks>Where <see cref="DefaultEndpoint"/> is a host of the provider's, the variable's key goes there alone: for another <see cref="ProviderOptions.Endpoint"/> set <see cref="ProviderOptions.ApiKey"/>.</remarks>
    public string? ApiKeyVariable { get; init; }

    /// <summary>Whether a client without a key cannot work with the provider's own server, and so cannot be made.</summary>
    /// <value>False by default.</value>
    public bool RequiresApiKey { get; init; }

    /// <summary>The header that carries the key, alone; null for <c>Authorization: Bearer</c>.</summary>
    public string? ApiKeyHeader { get; init; }

    /// <summary>Whether the request asks for usage with <c>stream_options.include_usage</c>; a few servers reject that.</summary>
    /// <value>True by default.</value>
    public bool SendsStreamOptions { get; init; } = true;

    /// <summary>The name of the limit on output tokens.</summary>
    /// <value><c>max_tokens</c> by default; OpenAI's reasoning models know <c>max_completion_tokens</c> alone.</value>
    public string MaxTokensName { get; init; } = "max_tokens";

    /// <summary>Whether reasoning is asked for with an object <c>reasoning</c> (OpenRouter) instead of <c>reasoning_effort</c>.</summary>
    /// <value>False by default.</value>
    public bool SendsReasoningObject { get; init; }

    /// <summary>Whether the server knows <c>top_k</c>; OpenAI's own rejects it.</summary>
    /// <value>True by default.</value>
    public bool SupportsTopK { get; init; } = true;

    /// <summary>How the reasoning of earlier answers goes back.</summary>
    /// <value><see cref="OpenAIReasoningHistory.None"/> by default.</value>
    public OpenAIReasoningHistory ReasoningHistory { get; init; }

    /// <summary>Whether text that begins with <c>&lt;think&gt;</c> is reasoning up to <c>&lt;/think&gt;</c>.</summary>
    /// <value>False by default: tags stay text.</value>
    public bool ParsesThinkTags { get; init; }

    /// <summary>
    /// Whether an answer without any content that says it stopped by itself is an error: LM Studio sends one when a prompt is longer than
    /// the loaded context.
    /// </summary>
    /// <value>False by default.</value>
    public bool RejectsEmptyAnswers { get; init; }

    /// <summary>Whether the list of models has every name that the server answers for. Azure's lacks the deployments, llama.cpp takes any name, and of other servers nobody knows.</summary>
    internal bool ListsEveryName { get; init; }

    /// <summary>OpenAI itself: <c>https://api.openai.com/v1</c>, <c>OPENAI_API_KEY</c>.</summary>
    public static OpenAIDialect OpenAI { get; } = new()
    {
        Name = "openai",
        DefaultEndpoint = new Uri("https://api.openai.com/v1"),
        ApiKeyVariable = "OPENAI_API_KEY",
        RequiresApiKey = true,
        MaxTokensName = "max_completion_tokens",
        SupportsTopK = false,
        ListsEveryName = true,
    };

    /// <summary>LM Studio: <c>http://localhost:1234/v1</c>, <c>LM_API_TOKEN</c> (optional).</summary>
    public static OpenAIDialect LMStudio { get; } = new()
    {
        Name = "lmstudio",
        DefaultEndpoint = new Uri("http://localhost:1234/v1"),
        ApiKeyVariable = "LM_API_TOKEN",
        ReasoningHistory = OpenAIReasoningHistory.ToolLoop,
        RejectsEmptyAnswers = true,
        ListsEveryName = true,
    };

    /// <summary>llama.cpp's server: <c>http://localhost:8080/v1</c>, <c>LLAMA_API_KEY</c> (optional).</summary>
    public static OpenAIDialect LlamaCpp { get; } = new()
    {
        Name = "llamacpp",
        DefaultEndpoint = new Uri("http://localhost:8080/v1"),
        ApiKeyVariable = "LLAMA_API_KEY",
        ReasoningHistory = OpenAIReasoningHistory.ToolLoop,
    };

    /// <summary>vLLM: <c>http://localhost:8000/v1</c>, <c>VLLM_API_KEY</c> (optional).</summary>
    public static OpenAIDialect Vllm { get; } = new()
    {
        Name = "vllm",
        DefaultEndpoint = new Uri("http://localhost:8000/v1"),
        ApiKeyVariable = "VLLM_API_KEY",
        ReasoningHistory = OpenAIReasoningHistory.ToolLoop,
        ListsEveryName = true,
    };

    /// <summary>OpenRouter: <c>https://openrouter.ai/api/v1</c>, <c>OPENROUTER_API_KEY</c>.</summary>
    public static OpenAIDialect OpenRouter { get; } = new()
    {
        Name = "openrouter",
        DefaultEndpoint = new Uri("https://openrouter.ai/api/v1"),
        ApiKeyVariable = "OPENROUTER_API_KEY",
        RequiresApiKey = true,
        SendsReasoningObject = true,
        ReasoningHistory = OpenAIReasoningHistory.Details,
        ListsEveryName = true,
    };

    /// <summary>Azure OpenAI: the resource's address is needed; <c>AZURE_OPENAI_API_KEY</c>, in the header <c>api-key</c>.</summary>
    public static OpenAIDialect AzureOpenAI { get; } = new()
    {
        Name = "azure",
        BasePath = "/openai/v1",
        ApiKeyVariable = "AZURE_OPENAI_API_KEY",
        ApiKeyHeader = "api-key",
        RequiresApiKey = true,
        MaxTokensName = "max_completion_tokens",
        SupportsTopK = false,
    };

    /// <summary>Any other compatible server: the endpoint is needed, a key only if the server wants one; no environment variable is read.</summary>
    public static OpenAIDialect Generic { get; } = new() { Name = "openai-compatible" };
}
