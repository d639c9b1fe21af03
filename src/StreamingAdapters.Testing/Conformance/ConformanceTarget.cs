using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>A client to be checked, the server under it, and what both can do. One lives for one check.</summary>
public abstract class ConformanceTarget : IAsyncDisposable
{
    /// <summary>What the client and the server can do, without <see cref="ConformanceFeatures.FaultInjection"/>.</summary>
    public abstract ConformanceFeatures Features { get; }

    /// <summary>The provider's name, as <see cref="ChatClientMetadata.ProviderName"/> and exceptions give it.</summary>
    public abstract string ProviderName { get; }

    /// <summary>The address that <see cref="ChatClientMetadata.ProviderUri"/> gives.</summary>
    public abstract Uri Endpoint { get; }

    /// <summary>The server under the client, if it can fail on demand.</summary>
    /// <value>By default <see langword="null"/>: a real server.</value>
    public virtual EmulatedServer? Server => null;

    /// <summary>The client's default model.</summary>
    /// <value>By default <see cref="ChatClientConformance.ModelId"/>, which the given server options name.</value>
    public virtual string ModelId => ChatClientConformance.ModelId;

    /// <summary>Another model that the server knows.</summary>
    /// <value>By default <see cref="ChatClientConformance.OtherModelId"/>, which the given server options name.</value>
    public virtual string OtherModelId => ChatClientConformance.OtherModelId;

    /// <summary>The key that the client sends.</summary>
    /// <value>By default <see langword="null"/>: none.</value>
    public virtual string? ApiKey => null;

    /// <summary>The client's bound on one frame, in bytes.</summary>
    /// <value>4 MiB by default.</value>
    public virtual int MaxFrameBytes => 4 * 1024 * 1024;

    /// <summary>Where the request says what.</summary>
    /// <value>By default the model alone is known.</value>
    public virtual RequestLayout Layout { get; } = new();

    /// <summary>Creates a client; the suite disposes it.</summary>
    /// <param name="httpClient">The caller's own, given only with <see cref="ConformanceFeatures.InjectedHttpClient"/>; null for one of the
    /// client's own.</param>
    /// <returns>The client.</returns>
    public abstract IChatClient CreateClient(HttpClient? httpClient = null);

    /// <summary>The options that every request of the suite begins with: a real server may need limits.</summary>
    /// <returns>By default empty options.</returns>
    public virtual ChatOptions CreateOptions() => new();

    /// <summary>The provider's own request for <see cref="ChatOptions.RawRepresentationFactory"/>, with nothing but a temperature.</summary>
    /// <param name="temperature">The temperature.</param>
    /// <returns>By default <see langword="null"/>, which goes with a target without <see cref="ConformanceFeatures.RawRequests"/>.</returns>
    public virtual object? CreateRawRequest(float temperature) => null;

    /// <summary>A user message that makes the model call a tool.</summary>
    /// <param name="toolName">The tool.</param>
    /// <param name="arguments">The arguments, a JSON object.</param>
    /// <returns>By default what an <see cref="EmulatedServer"/> understands.</returns>
    public virtual string ToolPrompt(string toolName, string arguments) => $"call:{toolName} {arguments}";

    /// <summary>Stops the server and releases what the target holds.</summary>
    /// <returns>A task that ends when that is done.</returns>
    public virtual async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
