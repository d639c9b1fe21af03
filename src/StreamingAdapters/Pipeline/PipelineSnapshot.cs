using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Pipeline;

/// <summary>The pipeline of one state of the options. Each call is a user of it, so that it ends when the last call that began with it does.</summary>
internal sealed class PipelineSnapshot : SharedUse
{
    private PipelineSnapshot(IChatClient client, SharedProvider provider, StreamingMode mode)
    {
        Client = client;
        Provider = provider;
        Descriptor = new StreamingPipelineDescriptor(client.GetService<StreamingPipelineDescriptor>()?.Stages ?? [], mode);
    }

    public IChatClient Client { get; }

    public SharedProvider Provider { get; }

    public StreamingPipelineDescriptor Descriptor { get; }

    /// <summary>Builds the pipeline over a provider of which it becomes a user.</summary>
    public static PipelineSnapshot Build(SharedProvider provider, StreamingOptions options, PipelineSource source, IServiceProvider services)
    {
        var shell = new UnownedChatClient(provider.Client);
        IChatClient client = StreamingPipeline.Compose(shell.AsBuilder(), options, source.Rounds, source.State).Build(services);
        provider.TryEnter();
        return new PipelineSnapshot(client, provider, options.Mode);
    }

    protected override void End()
    {
        try
        {
            Client.Dispose();
        }
        finally
        {
            Provider.Exit();
        }
    }
}
