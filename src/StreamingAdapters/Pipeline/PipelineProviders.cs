using Microsoft.Extensions.AI;
using StreamingAdapters.Recovery;

namespace StreamingAdapters.Pipeline;

/// <summary>What a pipeline talks to.</summary>
/// <param name="Main">The provider.</param>
/// <param name="Failover">The further routes of recovery, as the options list them.</param>
/// <param name="Routed">The routes in front of the provider, as the options list them.</param>
internal sealed record PipelineProviders(SharedProvider Main, IReadOnlyList<SharedProvider> Failover, IReadOnlyList<SharedProvider> Routed)
{
    public IEnumerable<SharedProvider> All => [Main, .. Failover, .. Routed];

    /// <summary>The client for a provider, kept where one of these serves it too.</summary>
    public SharedProvider? Find(StreamingProviderOptions wanted) => Failover.Concat(Routed).FirstOrDefault(known => known.Serves(wanted));

    /// <summary>The further routes of recovery.</summary>
    public RecoveryRoute[] FailoverOf(StreamingOptions options) => [.. options.Routes.Zip(Failover, (route, provider) => route.ToRoute(provider.Client))];

    /// <summary>The further routes behind one in front of the provider: the provider is the first, where its model is known, since the call's may be of another's.</summary>
    public RecoveryRoute[] FailoverOfRouted(StreamingOptions options)
    {
        RecoveryRoute[] further = FailoverOf(options);
        return MainModel is { } model ? [new RecoveryRoute { Client = Main.Client, Model = model }, .. further] : further;
    }

    /// <summary>The names of the routes in front of the provider, and at the end the provider's own; each is there once.</summary>
    public string[] NamesOf(StreamingOptions options)
    {
        HashSet<string> taken = [.. options.Routing.Concat<object>(options.Routes).Select(NameOf).OfType<string>()];
        string?[] given = [.. options.Routing.Select(route => route.Name), null];
        SharedProvider[] providers = [.. Routed, Main];
        return [.. given.Zip(providers, (name, provider) => name ?? FreeName(provider, taken))];
    }

    private string? MainModel => Main.Client.GetService<ChatClientMetadata>()?.DefaultModelId;

    private static string? NameOf(object route) => route is StreamingModelRouteOptions routed ? routed.Name : ((StreamingRouteOptions)route).Name;

    private static string FreeName(SharedProvider provider, HashSet<string> taken)
    {
        string own = provider.Client.GetService<ChatClientMetadata>()?.ProviderName ?? "route";
        string name = own;
        for (int place = 2; !taken.Add(name); place++)
        {
            name = $"{own} {place}";
        }

        return name;
    }
}
