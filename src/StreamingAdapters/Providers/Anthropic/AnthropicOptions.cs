using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>How to reach Anthropic's Messages, or a server that speaks them.</summary>
/// <remarks>
/// <see cref="ProviderOptions.Endpoint"/> is <c>https://api.anthropic.com/v1</c> by default; a bare host gets <c>/v1</c>, any other path is kept.
/// <see cref="ProviderOptions.ApiKey"/> is the environment variable <c>ANTHROPIC_API_KEY</c> by default for Anthropic's own address, which needs one, and for no other.
/// </remarks>
public sealed class AnthropicOptions : ProviderOptions
{
    /// <summary>The server's name, in <see cref="Microsoft.Extensions.AI.ChatClientMetadata"/>, exceptions and metrics.</summary>
    /// <value><c>anthropic</c> by default.</value>
    public string ProviderName { get; set; } = "anthropic";

    /// <summary>The protocol's version, sent as <c>anthropic-version</c>.</summary>
    /// <value><c>2023-06-01</c> by default.</value>
    public string Version { get; set; } = "2023-06-01";

    /// <summary>Names of beta features for each request, sent as <c>anthropic-beta</c>; one call adds its own as the additional property <c>betas</c>.</summary>
    /// <value>Empty by default.</value>
    public IList<string> Betas { get; set; } = [];

    /// <summary>The bound on an answer, in tokens, where <see cref="Microsoft.Extensions.AI.ChatOptions.MaxOutputTokens"/> gives none: the protocol requires one.</summary>
    /// <value>8,192 by default, which every model that is still served takes. An answer that reaches it ends with the finish reason <c>length</c>.</value>
    public int MaxOutputTokens { get; set; } = 8192;

    /// <summary>Whether reasoning is asked for by a budget of tokens, as models before Claude 4.6 take it, and not by an effort.</summary>
    /// <value>
    /// False by default: <c>thinking.type</c> is <c>adaptive</c>, with <c>output_config.effort</c>. True: low is 1,024 tokens, medium 4,096, high 16,384 and
    /// extra high 32,768, on top of the answer's own bound.
    /// </value>
    public bool UsesThinkingBudgets { get; set; }
}
