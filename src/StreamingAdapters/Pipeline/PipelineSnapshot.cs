using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Pipeline;

/// <summary>The pipeline of one state of the options. Each call is a user of it, so that it ends when the last call that began with it does.</summary>
internal sealed class PipelineSnapshot : SharedUse
{
    private PipelineSnapshot(IChatClient client, PipelineProviders providers, StreamingMode mode)
    {
        Client = client;
        Providers = providers;
        Descriptor = new StreamingPipelineDescriptor(client.GetService<StreamingPipelineDescriptor>()?.Stages ?? [], mode);
    }

    public IChatClient Client { get; }

    /// <summary>Everything that the pipeline talks to.</summary>
    public PipelineProviders Providers { get; }

    public StreamingPipelineDescriptor Descriptor { get; }

    /// <summary>Builds the pipeline over providers of which it becomes a user.</summary>
    public static PipelineSnapshot Build(PipelineProviders providers, StreamingOptions options, PipelineSource source, IServiceProvider services)
    {
        var shell = new UnownedChatClient(providers.Main.Client);
        IChatClient client = StreamingPipeline.Compose(shell.AsBuilder(), options, providers, source.Rounds, source.State).Build(services);
        var snapshot = new PipelineSnapshot(client, providers, options.Mode);
        foreach (SharedProvider used in providers.All)
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
            foreach (SharedProvider used in Providers.All)
            {
                used.Exit();
            }
        }
    }
}
