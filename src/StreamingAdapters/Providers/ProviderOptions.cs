using StreamingAdapters.Framing;

namespace StreamingAdapters.Providers;

/// <summary>What every provider's client is configured with. Read once, when the client is made.</summary>
public abstract class ProviderOptions
{
    private protected ProviderOptions()
    {
    }

    /// <summary>The server's base address.</summary>
    /// <value>Absolute, http or https; null (the default) for the provider's own.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The model to use when <see cref="Microsoft.Extensions.AI.ChatOptions.ModelId"/> names none.</summary>
    /// <value>Null by default: each request must then name one.</value>
    public string? Model { get; set; }

    /// <summary>The API key.</summary>
    /// <value>Null by default: the provider's environment variable is read when the client is made.</value>
    /// <remarks>
    /// Sent to <see cref="Endpoint"/> alone (redirects are not followed; a caller's own <see cref="HttpClient"/> decides that for itself);
    /// it is in no message, log or metric.
    /// </remarks>
    public string? ApiKey { get; set; }

    /// <summary>Gives the key of each request, in place of <see cref="ApiKey"/>: for several keys, and for tokens that expire.</summary>
    /// <value>Null by default. <see cref="RotatingApiKeyProvider"/> takes several keys in turn.</value>
    public IApiKeyProvider? ApiKeyProvider { get; set; }

    /// <summary>More headers for each request, by name.</summary>
    /// <value>Empty by default. A header given here wins over the client's own of the same name.</value>
    /// <remarks>What is named like a secret (<c>X-Gateway-Token</c>, <c>Authorization</c>, <c>Cookie</c>, ...) is removed from the provider's texts as the key is.</remarks>
    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The clock.</summary>
    /// <value><see cref="TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The bound on one frame (an SSE event or a line of JSON), in bytes.</summary>
    /// <value>4 MiB by default; a larger frame fails with <see cref="Errors.ChatErrorKind.BufferLimitExceeded"/>.</value>
    public int MaxFrameBytes { get; set; } = FrameReader.DefaultMaxFrameBytes;

    /// <summary>
    /// Whether a request that dies before any response header (a kept connection that the server had closed) is sent once more with the
    /// same bytes.
    /// </summary>
    /// <value>True by default; turn it off where a stage above retries by its own rules.</value>
    public bool RetryDeadConnection { get; set; } = true;
}
