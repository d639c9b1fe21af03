using StreamingAdapters.Errors;

namespace StreamingAdapters;

/// <summary>Lists the models of a provider. Every chat client here has one, but Vertex AI's: <c>client.GetService&lt;IModelCatalog&gt;()</c>.</summary>
public interface IModelCatalog
{
    /// <summary>Lists the models, page by page where the server has pages.</summary>
    /// <param name="cancellationToken">Ends the enumeration at once, closing the connection.</param>
    /// <returns>The models in the server's order, with what it tells of them; each enumeration asks anew.</returns>
    /// <exception cref="ChatAdapterException">The request or the answer failed; thrown after the last model that was received.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    IAsyncEnumerable<ModelInfo> ListAsync(CancellationToken cancellationToken = default);
}
