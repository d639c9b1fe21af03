namespace StreamingAdapters.Providers;

/// <summary>Where a provider is and how a request shows its key: what its chats, its embeddings and its list of models have in common.</summary>
/// <param name="Provider">The provider's name, in metadata and exceptions.</param>
/// <param name="Endpoint">The base address.</param>
/// <param name="ApiKey">The key; null where there is none, or <see cref="ProviderOptions.ApiKeyProvider"/> has them.</param>
/// <param name="KeyHeader">The header that carries the key as it is; null for <c>Authorization: Bearer</c>.</param>
internal sealed record ProviderConnection(string Provider, Uri Endpoint, string? ApiKey, string? KeyHeader = null)
{
    // The generated text would print the key.
    public override string ToString() => $"{nameof(ProviderConnection)} {Provider}";
}
