using Microsoft.Extensions.AI;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Pipeline;

/// <summary>The order of the stages, outermost first: one line a stage. What stands above the rounds runs once per answer, what stands below once per round.</summary>
internal static class StreamingPipeline
{
    public static ChatClientBuilder Compose(ChatClientBuilder builder, StreamingOptions options, Action<ChatClientBuilder>? rounds)
    {
        bool isEnhanced = options.Mode is StreamingMode.Enhanced;
        StreamingTimeoutOptions timeout = options.Timeout;
        return builder
            .UseRounds(rounds)
            .UseRounds(options.ConfigureRounds)
            .UseIf(isEnhanced && timeout.Enabled, static (stages, clocks) => stages.UseStreamingTimeout(clocks), new StreamingTimeoutOptions { FirstContent = null, Idle = null, Total = timeout.Total })
            .UseIf(isEnhanced && timeout.Enabled, static (stages, clocks) => stages.UseStreamingTimeout(clocks), new StreamingTimeoutOptions { FirstContent = timeout.FirstContent, Idle = timeout.Idle });
    }

    private static ChatClientBuilder UseIf<TOptions>(this ChatClientBuilder builder, bool isWanted, Func<ChatClientBuilder, TOptions, ChatClientBuilder> use, TOptions options) =>
        isWanted ? use(builder, options) : builder;

    private static ChatClientBuilder UseRounds(this ChatClientBuilder builder, Action<ChatClientBuilder>? rounds)
    {
        rounds?.Invoke(builder);
        return builder;
    }
}
