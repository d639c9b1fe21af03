namespace StreamingAdapters;

/// <summary>Asks whether a provider can be used. Every chat client here has one, but Vertex AI's: <c>client.GetService&lt;IProviderHealth&gt;()</c>.</summary>
public interface IProviderHealth
{
    /// <summary>Asks for the list of models, which costs no tokens, and looks for one of them.</summary>
    /// <param name="model">The model to look for; null for the client's own, if it has one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found, a failure included; the check itself gives up after 10 seconds.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<ProviderHealth> CheckAsync(string? model = null, CancellationToken cancellationToken = default);
}
