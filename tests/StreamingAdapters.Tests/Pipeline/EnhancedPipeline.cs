using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>The configured whole with every stage, as most tests of it want it.</summary>
internal static class EnhancedPipeline
{
    public static IChatClient Enhanced(this IChatClient client, IServiceProvider services, bool coalescing = true, Action<StreamingOptions>? configure = null) => client.AsBuilder()
        .UseStreaming(options =>
        {
            options.Mode = StreamingMode.Enhanced;
            options.Timeout.Total = TimeSpan.FromHours(1);
            options.Coalescing.Enabled = coalescing;
            configure?.Invoke(options);
        })
        .Build(services);
}
