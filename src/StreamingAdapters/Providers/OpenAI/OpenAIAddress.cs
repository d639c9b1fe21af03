namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Where a compatible server keeps what: below its base, or on Azure's versioned API below each deployment.</summary>
internal sealed class OpenAIAddress(Uri endpoint, string? apiVersion, OpenAIDialect dialect)
{
    public const string Chat = "/chat/completions";

    private readonly string _base = apiVersion is null ? ApiAddress.BaseOf(endpoint, dialect.BasePath, Chat) : ResourceOf(ApiAddress.BaseOf(endpoint, "", Chat));

    /// <summary>The list of models.</summary>
    public Uri Models => apiVersion is null
        ? ApiAddress.With(_base + "/models", endpoint)
        : new Uri($"{_base}/openai/models?api-version={Uri.EscapeDataString(apiVersion)}");

    /// <summary>The address of something that a model does.</summary>
    public Uri Of(string path, string? modelId) => apiVersion is null
        ? ApiAddress.With(_base + path, endpoint)
        : new Uri($"{_base}/openai/deployments/{Uri.EscapeDataString(modelId ?? "")}{path}?api-version={Uri.EscapeDataString(apiVersion)}");

    // Both of Azure's APIs are below the resource: an endpoint of the other one is taken back to it.
    private static string ResourceOf(string address) =>
        ((string[])["/openai/v1", "/openai"]).FirstOrDefault(own => address.EndsWith(own, StringComparison.Ordinal)) is { } path ? address[..^path.Length] : address;
}
