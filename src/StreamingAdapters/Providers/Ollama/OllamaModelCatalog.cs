using System.Runtime.CompilerServices;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Ollama;

namespace StreamingAdapters;

/// <summary>The models of an Ollama server: listed, looked for, and fetched. <c>client.GetService&lt;OllamaModelCatalog&gt;()</c> of a client gives it.</summary>
/// <remarks>Source of the protocol: the API documentation in Ollama's repository, <c>/api/tags</c>, <c>/api/show</c>, <c>/api/ps</c> and <c>/api/pull</c>.</remarks>
public sealed class OllamaModelCatalog : IModelCatalog, IProviderHealth
{
    private readonly OllamaModels _models;

    internal OllamaModelCatalog(JsonExchange exchange, string? model) => _models = new OllamaModels(exchange, model);

    /// <inheritdoc/>
    /// <remarks>One request for the list, one for the loaded models, and one for each model's capabilities and context.</remarks>
    public IAsyncEnumerable<ModelInfo> ListAsync(CancellationToken cancellationToken = default) => _models.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderHealth> CheckAsync(string? model = null, CancellationToken cancellationToken = default) => _models.CheckAsync(model, cancellationToken);

    /// <summary>Fetches a model to the server and says how far it is.</summary>
    /// <param name="model">The model's name, as <c>ollama pull</c> takes it.</param>
    /// <param name="cancellationToken">Ends the enumeration at once, closing the connection; the server keeps what it has, and goes on from there at the next try.</param>
    /// <returns>The progress as the server tells it; the end of the enumeration means that the model is there.</returns>
    /// <exception cref="ArgumentException"><paramref name="model"/> is null or empty.</exception>
    /// <exception cref="ChatAdapterException">The model does not exist, the server failed, or the answer ended without the word of success.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<ModelPullProgress> PullAsync(string model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return PullModelAsync(model, cancellationToken);
    }

    private async IAsyncEnumerable<ModelPullProgress> PullModelAsync(string model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pull = new OllamaPull(_models.Sender, model, cancellationToken);
        await using (pull.ConfigureAwait(false))
        {
            while (await pull.NextAsync().ConfigureAwait(false) is { } progress)
            {
                yield return progress;
            }
        }
    }
}
