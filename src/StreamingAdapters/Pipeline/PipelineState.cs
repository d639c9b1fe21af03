using Microsoft.Extensions.AI;
using StreamingAdapters.Limits;
using StreamingAdapters.Recovery;
using StreamingAdapters.Routing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Pipeline;

/// <summary>What outlives a change of the options: the sums, the counts of calls, and what recovery knows of its routes.</summary>
internal sealed class PipelineState
{
    private readonly Lock _gate = new();

    /// <summary>The accumulator of all these pipelines; null until one of them counts, and where the services have one.</summary>
    public UsageAccumulator? Usage { get; private set; }

    /// <summary>The counts of calls; null until one of the pipelines limits them.</summary>
    public LimitsState? Limits { get; private set; }

    /// <summary>Which route keeps which conversation.</summary>
    public ConversationKeepers Keepers { get; } = new();

    /// <summary>What recovery knows; null until one of the pipelines recovers.</summary>
    public RecoveryState? Recovery { get; private set; }

    /// <summary>The usage stage over the accumulator that is kept; its bounds are those of the first pipeline.</summary>
    public ChatClientBuilder UseUsage(ChatClientBuilder builder, StreamingUsageOptions options) =>
        builder.UseStreamingUsage(options, timeProvider => Keep(options, timeProvider));

    /// <summary>The limits stage over the counts that are kept.</summary>
    public ChatClientBuilder UseLimits(ChatClientBuilder builder, StreamingLimitsOptions options) =>
        builder.UseStreamingLimits(options, timeProvider => Keep(timeProvider ?? TimeProvider.System));

    /// <summary>The recovery stage over the state that is kept; its circuits and budgets are those of the first pipeline.</summary>
    public ChatClientBuilder UseRecovery(ChatClientBuilder builder, StreamingOptions options, RecoveryRoute primary, IReadOnlyList<RecoveryRoute> routes) =>
        builder.UseStreamingRecovery(services => WithRoutes(options, primary, routes, services), timeProvider => Keep(options.Recovery, timeProvider ?? TimeProvider.System));

    // The clients are others' to dispose, and each has the stages of an attempt around it.
    private static StreamingRecoveryOptions WithRoutes(StreamingOptions options, RecoveryRoute primary, IReadOnlyList<RecoveryRoute> routes, IServiceProvider services)
    {
        StreamingRecoveryOptions recovery = options.Recovery.Copy();
        recovery.Primary = primary.Copy();
        recovery.Routes = [.. options.Recovery.Routes.Concat(routes).Select(route => route.Over(new UnownedChatClient(route.Client!).AsBuilder().UseAttempt(options).Build(services)))];
        return recovery;
    }

    private RecoveryState Keep(StreamingRecoveryOptions options, TimeProvider timeProvider)
    {
        lock (_gate)
        {
            return Recovery ??= new RecoveryState(options, timeProvider);
        }
    }

    private LimitsState Keep(TimeProvider timeProvider)
    {
        lock (_gate)
        {
            return Limits ??= new LimitsState(timeProvider);
        }
    }

    private UsageAccumulator Keep(StreamingUsageOptions options, TimeProvider? timeProvider)
    {
        lock (_gate)
        {
            return Usage ??= new UsageAccumulator(options.MaxConversations, options.ConversationLifetime, timeProvider);
        }
    }
}
