using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>The configured whole with every stage, as most tests of it want it: recovery is there and may spend no time, so that a failure is met by nothing.</summary>
internal static class EnhancedPipeline
{
    public static IChatClient Enhanced(this IChatClient client, IServiceProvider services, bool coalescing = true, Action<StreamingOptions>? configure = null) => client.AsBuilder()
        .UseStreaming(options =>
        {
            options.Mode = StreamingMode.Enhanced;
            options.Timeout.Total = TimeSpan.FromHours(1);
            options.Recovery.Budget = TimeSpan.Zero;
            options.Coalescing.Enabled = coalescing;
            configure?.Invoke(options);
        })
        .Build(services);
}
