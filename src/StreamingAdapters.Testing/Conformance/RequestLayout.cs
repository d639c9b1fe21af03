namespace StreamingAdapters.Testing;

/// <summary>
/// Where a protocol's request body says what: paths of member names, joined by dots. What a protocol cannot say stays null, and is not
/// checked.
/// </summary>
public sealed record RequestLayout
{
    /// <summary>The model.</summary>
    public string? Model { get; init; } = "model";

    /// <summary>The temperature.</summary>
    public string? Temperature { get; init; }

    /// <summary>The limit of nucleus sampling.</summary>
    public string? TopP { get; init; }

    /// <summary>The number of candidates.</summary>
    public string? TopK { get; init; }

    /// <summary>The limit on output tokens.</summary>
    public string? MaxOutputTokens { get; init; }

    /// <summary>The seed.</summary>
    public string? Seed { get; init; }

    /// <summary>The stop sequences: a string or an array of strings.</summary>
    public string? StopSequences { get; init; }

    /// <summary>The penalty on frequent tokens.</summary>
    public string? FrequencyPenalty { get; init; }

    /// <summary>The penalty on tokens that were there before.</summary>
    public string? PresencePenalty { get; init; }

    /// <summary>The object that takes <see cref="Microsoft.Extensions.AI.ChatOptions.AdditionalProperties"/>; empty for the body itself.</summary>
    public string? AdditionalProperties { get; init; }

    /// <summary>OpenAI's chat completions; the limit on output tokens has two names, so it is given.</summary>
    /// <param name="maxOutputTokens">The limit's name, by default <c>max_tokens</c>.</param>
    /// <param name="supportsTopK">Whether the server knows <c>top_k</c>.</param>
    /// <returns>The layout.</returns>
    public static RequestLayout ChatCompletions(string maxOutputTokens = "max_tokens", bool supportsTopK = true) => new()
    {
        Temperature = "temperature",
        TopP = "top_p",
        TopK = supportsTopK ? "top_k" : null,
        MaxOutputTokens = maxOutputTokens,
        Seed = "seed",
        StopSequences = "stop",
        FrequencyPenalty = "frequency_penalty",
        PresencePenalty = "presence_penalty",
        AdditionalProperties = "",
    };

    /// <summary>OpenAI's Responses.</summary>
    public static RequestLayout Responses { get; } = new()
    {
        Temperature = "temperature",
        TopP = "top_p",
        MaxOutputTokens = "max_output_tokens",
        AdditionalProperties = "",
    };

    /// <summary>Anthropic's Messages.</summary>
    public static RequestLayout Anthropic { get; } = new()
    {
        Temperature = "temperature",
        TopP = "top_p",
        TopK = "top_k",
        MaxOutputTokens = "max_tokens",
        StopSequences = "stop_sequences",
        AdditionalProperties = "",
    };

    /// <summary>LM Studio's own API.</summary>
    public static RequestLayout LMStudio { get; } = new()
    {
        Temperature = "temperature",
        TopP = "top_p",
        TopK = "top_k",
        MaxOutputTokens = "max_output_tokens",
        AdditionalProperties = "",
    };

    /// <summary>Gemini, whose parameters stand in <c>generationConfig</c> and whose model is in the address.</summary>
    public static RequestLayout Gemini { get; } = new()
    {
        Model = null,
        Temperature = "generationConfig.temperature",
        TopP = "generationConfig.topP",
        TopK = "generationConfig.topK",
        MaxOutputTokens = "generationConfig.maxOutputTokens",
        Seed = "generationConfig.seed",
        StopSequences = "generationConfig.stopSequences",
        FrequencyPenalty = "generationConfig.frequencyPenalty",
        PresencePenalty = "generationConfig.presencePenalty",
        AdditionalProperties = "generationConfig",
    };

    /// <summary>Ollama's native API, whose parameters stand in <c>options</c>.</summary>
    public static RequestLayout Ollama { get; } = new()
    {
        Temperature = "options.temperature",
        TopP = "options.top_p",
        TopK = "options.top_k",
        MaxOutputTokens = "options.num_predict",
        Seed = "options.seed",
        StopSequences = "options.stop",
        FrequencyPenalty = "options.frequency_penalty",
        PresencePenalty = "options.presence_penalty",
        AdditionalProperties = "options",
    };
}
