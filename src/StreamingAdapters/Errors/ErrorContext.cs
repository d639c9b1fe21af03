namespace StreamingAdapters.Errors;

/// <summary>What is known about the request that failed.</summary>
/// <param name="Provider">The provider's name; empty when it is not known.</param>
/// <param name="ModelId">The model that was asked for.</param>
/// <param name="ApiKey">The key that was sent; removed from every text that leaves.</param>
/// <param name="PromptTexts">The request's texts, which servers echo in their messages.</param>
/// <param name="Secrets">What else is removed as the key is, of the request's headers.</param>
internal sealed record ErrorContext(
    string Provider, string? ModelId = null, string? ApiKey = null, IReadOnlyList<string>? PromptTexts = null, IReadOnlyList<string>? Secrets = null)
{
    /// <summary>What was asked for where no model was, in words.</summary>
    public string? Subject { get; init; }

    // The generated text would print the key and the prompt.
    public override string ToString() => $"{nameof(ErrorContext)} {Provider}";
}
