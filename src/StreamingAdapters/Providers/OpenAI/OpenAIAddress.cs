namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Where a compatible server keeps what: below its base, or on Azure's versioned API below each deployment.</summary>
internal sealed class OpenAIAddress(Uri endpoint, string? apiVersion, OpenAIDialect dialect)
{
    public const string Chat = "/chat/completions";

    private readonly string _base = ApiAddress.BaseOf(endpoint, apiVersion is null ? dialect.BasePath : "", Chat);

    /// <summary>The list of models.</summary>
    public Uri Models => apiVersion is null
        ? ApiAddress.With(_base + "/models", endpoint)
        : new Uri($"{_base}/openai/models?api-version={Uri.EscapeDataString(apiVersion)}");

    /// <summary>The address of something that a model does.</summary>
    public Uri Of(string path, string? modelId) => apiVersion is null
        ? ApiAddress.With(_base + path, endpoint)
        : new Uri($"{_base}/openai/deployments/{Uri.EscapeDataString(modelId ?? "")}{path}?api-version={Uri.EscapeDataString(apiVersion)}");
}
