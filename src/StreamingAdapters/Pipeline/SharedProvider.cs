using Microsoft.Extensions.AI;

namespace StreamingAdapters.Pipeline;

/// <summary>The innermost client, used by one pipeline after the other; its last user disposes it.</summary>
/// <param name="client">The client.</param>
/// <param name="settings">What it was made by; null when it was given.</param>
internal sealed class SharedProvider(IChatClient client, StreamingProviderOptions? settings) : SharedUse
{
    public IChatClient Client => client;

    /// <summary>Whether it serves a pipeline of these options too.</summary>
    public bool Serves(StreamingProviderOptions wanted) => settings is null || settings.MeansTheSameAs(wanted);

    protected override void End() => client.Dispose();
}
