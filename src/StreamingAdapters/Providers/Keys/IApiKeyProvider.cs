using StreamingAdapters.Errors;

namespace StreamingAdapters;

/// <summary>Gives the key of each request, and learns which of them failed: for several keys, for keys of a vault, for tokens that expire.</summary>
/// <remarks>
/// Thread-safe: one provider serves any number of requests at the same time. What it throws passes to the caller of the chat client as it is, but where another key was
/// asked for after a refusal: then the refusal does.
/// A key that it gives is sent, and appears in no message, log or metric.
/// </remarks>
public interface IApiKeyProvider
{
    /// <summary>The key for the next request.</summary>
    /// <param name="cancellationToken">The request's own token; when it is cancelled, nobody waits for the key any more.</param>
    /// <returns>The key; null or blank to send none.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<string?> GetKeyAsync(CancellationToken cancellationToken);

    /// <summary>Takes note that a request failed, as HTTP status or inside a stream.</summary>
    /// <param name="key">The key that was sent.</param>
    /// <param name="failure">What the provider answered.</param>
    /// <returns>
    /// Whether <see cref="GetKeyAsync"/> has another key now that may do better. A request that was refused by its status is then sent once more with that
    /// key, each key at most once; an error inside an answer is thrown, and the next request has the other key.
    /// </returns>
    bool ReportFailure(string key, ChatAdapterException failure);
}
