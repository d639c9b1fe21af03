using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>How to reach Gemini: Google's Gemini API with a key, or Vertex AI with an access token.</summary>
/// <remarks>
/// <see cref="ProviderOptions.Endpoint"/> is <c>https://generativelanguage.googleapis.com/v1beta</c> by default, or the address of <see cref="Project"/> and
/// <see cref="Location"/>; a bare host gets <c>/v1beta</c>, any other path is kept. An <c>alt</c> in its query stands: <c>?alt=json</c> asks for answers as one JSON array that
/// arrives over time, for gateways that pass no events. <see cref="ProviderOptions.ApiKey"/> is the environment variable
/// <c>GEMINI_API_KEY</c>, else <c>GOOGLE_API_KEY</c>, by default for Google's own address, and for no other.
/// </remarks>
public sealed class GeminiOptions : ProviderOptions
{
    /// <summary>The Google Cloud project, for Vertex AI.</summary>
    /// <value>
    /// Null by default: the Gemini API. With a project, <see cref="ProviderOptions.ApiKey"/> is an OAuth access token, sent as <c>Authorization: Bearer</c>; tokens
    /// that expire come from a <see cref="ProviderOptions.ApiKeyProvider"/>.
    /// </value>
    public string? Project { get; set; }

    /// <summary>Where the models of <see cref="Project"/> run.</summary>
    /// <value><c>global</c> by default.</value>
    public string Location { get; set; } = "global";

    /// <summary>Whether reasoning is asked for by a budget of tokens, as models before Gemini 3 take it, and not by a level.</summary>
    /// <value>
    /// Null by default: by budget where the model's name holds <c>gemini-2</c>. Budgets are 1,024 tokens for low, 8,192 for medium, 16,384 for high and 24,576 for
    /// extra high; levels are low, medium and high.
    /// </value>
    public bool? UsesThinkingBudgets { get; set; }
}
