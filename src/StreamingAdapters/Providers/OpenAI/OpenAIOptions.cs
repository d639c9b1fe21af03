using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>How to reach a server that speaks OpenAI's chat completions.</summary>
/// <remarks>
/// <see cref="ProviderOptions.Endpoint"/> is the API's base and usually ends in <c>/v1</c>; a bare host gets
/// <see cref="OpenAIDialect.BasePath"/>, any other path is kept.
/// It and <see cref="ProviderOptions.ApiKey"/> default to what <see cref="Dialect"/> says.
/// </remarks>
public sealed class OpenAIOptions : ProviderOptions
{
    /// <summary>Which server it is.</summary>
    /// <value><see cref="OpenAIDialect.OpenAI"/> by default.</value>
    public OpenAIDialect Dialect { get; set; } = OpenAIDialect.OpenAI;

    /// <summary>Azure's <c>api-version</c>. When it is set, requests go to <c>{endpoint}/openai/deployments/{model}/chat/completions</c>.</summary>
    /// <value>Null by default: the versionless <c>/openai/v1</c>.</value>
    public string? ApiVersion { get; set; }
}
