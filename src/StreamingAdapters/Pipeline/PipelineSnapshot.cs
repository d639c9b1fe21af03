using Microsoft.Extensions.AI;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Pipeline;

/// <summary>The pipeline of one state of the options. Each call is a user of it, so that it ends when the last call that began with it does.</summary>
internal sealed class PipelineSnapshot : SharedUse
{
    private PipelineSnapshot(IChatClient client, SharedProvider provider, IReadOnlyList<SharedProvider> routes, StreamingMode mode)
    {
        Client = client;
        Provider = provider;
        Routes = routes;
        Descriptor = new StreamingPipelineDescriptor(client.GetService<StreamingPipelineDescriptor>()?.Stages ?? [], mode);
    }

    public IChatClient Client { get; }

    public SharedProvider Provider { get; }

    /// <summary>The providers of the further routes, as their options list them.</summary>
    public IReadOnlyList<SharedProvider> Routes { get; }

    public StreamingPipelineDescriptor Descriptor { get; }

    /// <summary>Everything that the pipeline talks to.</summary>
    public IEnumerable<SharedProvider> Providers => Routes.Prepend(Provider);

    /// <summary>Builds the pipeline over providers of which it becomes a user.</summary>
    public static PipelineSnapshot Build(SharedProvider provider, IReadOnlyList<SharedProvider> routes, StreamingOptions options, PipelineSource source, IServiceProvider services)
    {
        var shell = new UnownedChatClient(provider.Client);
        RecoveryRoute[] further = [.. options.Routes.Zip(routes, (route, client) => route.ToRoute(client.Client))];
        IChatClient client = StreamingPipeline.Compose(shell.AsBuilder(), options, further, source.Rounds, source.State).Build(services);
        var snapshot = new PipelineSnapshot(client, provider, routes, options.Mode);
        foreach (SharedProvider used in snapshot.Providers)
        {
            used.TryEnter();
        }

        return snapshot;
    }

    protected override void End()
    {
        try
        {
            Client.Dispose();
        }
        finally
        {
            foreach (SharedProvider used in Providers)
            {
                used.Exit();
            }
        }
    }
}
