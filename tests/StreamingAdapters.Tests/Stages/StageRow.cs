using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Stages;

/// <summary>One stage with options under which it works, as the contract builds it.</summary>
/// <param name="Name">The verb that adds it.</param>
/// <param name="Build">Puts the stage around a client, under a clock.</param>
/// <param name="Abandons">Whether it leaves a client that ignores its token alone, rather than wait with it.</param>
public sealed record StageRow(string Name, Func<ChatClientBuilder, ChatClientBuilder> Build, bool Abandons)
{
    public IChatClient Over(IChatClient inner, TimeProvider timeProvider) => Build(inner.AsBuilder()).Build(new ClockServices(timeProvider));

    private sealed class ClockServices(TimeProvider timeProvider) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(TimeProvider) ? timeProvider : null;
    }
}
