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

    /// <summary>The provider as the first route of its recovery; the stage's inner client is its client.</summary>
    public RecoveryRoute PrimaryOf(StreamingOptions options) =>
        options.Routing.Count == 0 ? options.Recovery.Primary : Named(options.Recovery.Primary.Copy(), NamesOf(options)[Routed.Count]);

    /// <summary>The further routes of recovery.</summary>
    public RecoveryRoute[] FailoverOf(StreamingOptions options)
    {
        IEnumerable<RecoveryRoute> routes = options.Routes.Zip(Failover, (route, provider) => route.ToRoute(provider.Client));
        return options.Routing.Count == 0 ? [.. routes] : [.. routes.Zip(NamesOf(options)[(Routed.Count + 1)..], Named)];
    }

    /// <summary>The further routes behind one in front of the provider: the provider is the first, where its model is known, since the call's may be of another's.</summary>
    public RecoveryRoute[] FailoverOfRouted(StreamingOptions options)
    {
        RecoveryRoute main = PrimaryOf(options).Over(Main.Client);
        main.Model ??= Main.Client.GetService<ChatClientMetadata>()?.DefaultModelId;
        return main.Model is null ? FailoverOf(options) : [main, .. FailoverOf(options)];
    }

    /// <summary>The names of the routes in front of the provider, of the provider's own, and of the further ones: each is there once, and the same in every stage, since circuits go by names.</summary>
    public string[] NamesOf(StreamingOptions options)
    {
        string?[] given = [.. options.Routing.Select(route => route.Name), options.Recovery.Primary.Name, .. options.Routes.Select(route => route.Name)];
        HashSet<string> taken = [.. given.Concat(options.Recovery.Routes.Select(route => route.Name)).OfType<string>()];
        SharedProvider[] providers = [.. Routed, Main, .. Failover];
        return [.. given.Zip(providers, (name, provider) => string.IsNullOrWhiteSpace(name) ? FreeName(provider, taken) : name)];
    }

    private static RecoveryRoute Named(RecoveryRoute route, string name)
    {
        route.Name = name;
        return route;
    }

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
