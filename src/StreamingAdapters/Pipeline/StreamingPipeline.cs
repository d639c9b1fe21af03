using Microsoft.Extensions.AI;
using StreamingAdapters.Recovery;
using StreamingAdapters.Routing;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Pipeline;

/// <summary>The order of the stages, outermost first: one line a stage. What stands above the rounds runs once per answer, what stands below once per round.</summary>
internal static class StreamingPipeline
{
    public static ChatClientBuilder Compose(
        ChatClientBuilder builder, StreamingOptions options, PipelineProviders providers, Action<ChatClientBuilder>? rounds, PipelineState state)
    {
        bool isEnhanced = options.Mode is StreamingMode.Enhanced;
        return builder
            .UseIf(options.Validation.Enabled, stages => stages.UseStreamingValidation(options.Validation))
            .UseIf(options.Errors.Enabled, stages => stages.UseStreamingErrors(options.Errors))
            .UseIf(isEnhanced && options.Usage.Enabled, stages => state.UseUsage(stages, options.Usage))
            .UseIf(isEnhanced && options.Metadata.Enabled, stages => stages.UseStreamingMetadata(options.Metadata))
            .UseIf(isEnhanced && options.Coalescing.Enabled, stages => stages.UseStreamingCoalescing(options.Coalescing))
            .UseRounds(rounds)
            .UseRounds(options.ConfigureRounds)
            .UseIf(isEnhanced && options.Limits.Enabled, stages => state.UseLimits(stages, options.Limits))
            .UseIf(isEnhanced && options.Timeout.Enabled, stages => stages.UseStreamingTimeout(TotalOf(options.Timeout)))
            .UseIf(options.Routing.Count > 0, stages => stages.UseRouting(options, providers, state))
            .UseRoute(options, providers.PrimaryOf(options), providers.FailoverOf(options), state);
    }

    /// <summary>The stages around one route: recovery, and those of an attempt.</summary>
    private static ChatClientBuilder UseRoute(this ChatClientBuilder builder, StreamingOptions options, RecoveryRoute primary, IReadOnlyList<RecoveryRoute> failover, PipelineState state)
    {
        bool isEnhanced = options.Mode is StreamingMode.Enhanced;
        return builder
            .UseIf(isEnhanced && options.Recovery.Enabled, stages => state.UseRecovery(stages, options, primary, failover))
            .UseIf(isEnhanced, stages => stages.UseAttempt(options));
    }

    // The routes in front stand beside the provider's, each with the same stages; what none of them takes is the provider's.
    private static ChatClientBuilder UseRouting(this ChatClientBuilder builder, StreamingOptions options, PipelineProviders providers, PipelineState state) => builder.Use((innerClient, services) =>
    {
        string[] names = providers.NamesOf(options);
        RecoveryRoute[] failover = providers.FailoverOfRouted(options);
        IEnumerable<ModelRoute> routes = options.Routing.Select((route, index) => route.ToRoute(names[index], new UnownedChatClient(providers.Routed[index].Client)
            .AsBuilder()
            .UseRoute(options, new RecoveryRoute { Name = names[index], ContextLength = route.ContextLength }, failover, state)
            .Build(services)));
        return new ModelRoutingChatClient([.. routes, new ModelRoute { Name = names[options.Routing.Count], Client = innerClient }], state.Keepers);
    });

    /// <summary>The stages around one attempt: below recovery, on each of its routes.</summary>
    public static ChatClientBuilder UseAttempt(this ChatClientBuilder builder, StreamingOptions options) => builder
        .UseIf(options.Fallback.Enabled, stages => stages.UseStreamingFallback(options.Fallback))
        .UseIf(options.Timeout.Enabled, stages => stages.UseStreamingTimeout(ContentOf(options.Timeout)))
        .UseIf(options.Integrity.Enabled, stages => stages.UseStreamingIntegrity(options.Integrity));

    private static ChatClientBuilder UseIf(this ChatClientBuilder builder, bool isWanted, Func<ChatClientBuilder, ChatClientBuilder> use) => isWanted ? use(builder) : builder;

    private static ChatClientBuilder UseRounds(this ChatClientBuilder builder, Action<ChatClientBuilder>? rounds)
    {
        rounds?.Invoke(builder);
        return builder;
    }

    // The total is for a round with all that is tried for it; the other clocks are for one attempt.
    private static StreamingTimeoutOptions TotalOf(StreamingTimeoutOptions timeout) => new() { FirstContent = null, Idle = null, Total = timeout.Total };

    private static StreamingTimeoutOptions ContentOf(StreamingTimeoutOptions timeout) => new() { FirstContent = timeout.FirstContent, Idle = timeout.Idle, Total = null };
}
