using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>The base of every list of models: pages, errors, and the check of a provider's health.</summary>
internal abstract class HttpModelCatalog(JsonExchange exchange, string? model) : IModelCatalog, IProviderHealth
{
    // Nobody has so many: a server that always has another page must not keep a list going for ever.
    private const int MaxPages = 1000;

    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(10);

    protected JsonExchange Exchange => exchange;

    protected abstract Uri FirstPage { get; }

    protected virtual IReadOnlyList<KeyValuePair<string, string>> Headers => [];

    public virtual IAsyncEnumerable<ModelInfo> ListAsync(CancellationToken cancellationToken = default) => ListPagesAsync(cancellationToken);

    public async Task<ProviderHealth> CheckAsync(string? modelId = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TimeProvider time = exchange.Sender.TimeProvider;
        long start = time.GetTimestamp();
        using var limit = new CancellationTokenSource(HealthLimit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            ProviderHealth health = await FindAsync(modelId ?? model, either.Token).ConfigureAwait(false);
            return health with { Duration = time.GetElapsedTime(start) };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var failure = new ChatTimeoutException(ChatTimeoutPhase.Headers, HealthLimit, $"'{exchange.Sender.Provider}' did not answer within {HealthLimit}.") { Provider = exchange.Sender.Provider };
            return new ProviderHealth { Duration = time.GetElapsedTime(start), Failure = failure };
        }
        catch (ChatAdapterException e)
        {
            // With an error of its own, a status, or half an answer, somebody is there.
            bool isReachable = e is ChatProviderException or { StatusCode: not null } or ChatStreamException { Kind: not ChatErrorKind.Network };
            return new ProviderHealth { IsReachable = isReachable, Duration = time.GetElapsedTime(start), Failure = e };
        }
    }

    protected abstract ModelPage Read(JsonElement answer);

    /// <summary>Whether two names mean the same model.</summary>
    protected virtual bool IsSame(string id, string modelId) => string.Equals(id, modelId, StringComparison.Ordinal);

    /// <summary>Whether the server may answer for a name that its list does not have.</summary>
    protected virtual bool MayBeUnlisted(string modelId) => false;

    /// <summary>Whether the model is in memory; null where the server does not tell.</summary>
    protected virtual Task<bool?> IsLoadedAsync(ModelInfo found, CancellationToken cancellationToken) => Task.FromResult(found.IsLoaded);

    /// <summary>The list as it stands, without what further requests tell.</summary>
    protected async IAsyncEnumerable<ModelInfo> ListPagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ModelPage page = await GetFirstPageAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 1; ; i++)
        {
            foreach (ModelInfo info in page.Models)
            {
                yield return info;
            }

            if (page.Next is null)
            {
                yield break;
            }

            page = i < MaxPages ? await GetPageAsync(page.Next, cancellationToken).ConfigureAwait(false) : throw exchange.Malformed($"more than {MaxPages} pages of models");
        }
    }

    protected virtual Task<ModelPage> GetFirstPageAsync(CancellationToken cancellationToken) => GetPageAsync(FirstPage, cancellationToken);

    protected async Task<ModelPage> GetPageAsync(Uri uri, CancellationToken cancellationToken) => Read(await GetAsync(uri, cancellationToken).ConfigureAwait(false));

    protected Task<JsonElement> GetAsync(Uri uri, CancellationToken cancellationToken) => SendAsync(new ProviderRequest(uri, default, null, IsStreaming: false) { Method = HttpMethod.Get, Headers = Headers }, cancellationToken);

    protected Task<JsonElement> SendAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        exchange.SendAsync(request, new ErrorContext(exchange.Sender.Provider, request.ModelId) { Subject = "the list of models" }, cancellationToken);

    /// <summary>The list of an answer.</summary>
    /// <exception cref="ChatStreamException">There is none.</exception>
    protected JsonElement.ArrayEnumerator ItemsOf(JsonElement answer, ReadOnlySpan<byte> name) => answer.ValueKind switch
    {
        JsonValueKind.Array => answer.EnumerateArray(),
        _ when answer.TryGet(name, out JsonElement items) && items.ValueKind is JsonValueKind.Array => items.EnumerateArray(),
        _ => throw exchange.Malformed("something that is no list of models"),
    };

    private async Task<ProviderHealth> FindAsync(string? modelId, CancellationToken cancellationToken)
    {
        ModelInfo? found = null;
        await foreach (ModelInfo info in ListPagesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (modelId is not null && IsSame(info.Id, modelId))
            {
                found = info;
                break;
            }
        }

        return new ProviderHealth
        {
            IsReachable = true,
            HasModel = modelId is null || (found is null && MayBeUnlisted(modelId)) ? null : found is not null,
            IsLoaded = found is null ? null : await IsLoadedAsync(found, cancellationToken).ConfigureAwait(false),
        };
    }
}
