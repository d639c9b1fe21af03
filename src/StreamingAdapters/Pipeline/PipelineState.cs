using Microsoft.Extensions.AI;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Pipeline;

/// <summary>What outlives a change of the options: the sums.</summary>
internal sealed class PipelineState
{
    private readonly Lock _gate = new();

    /// <summary>The accumulator of all these pipelines; null until one of them counts, and where the services have one.</summary>
    public UsageAccumulator? Usage { get; private set; }

    /// <summary>The usage stage over the accumulator that is kept; its bounds are those of the first pipeline.</summary>
    public ChatClientBuilder UseUsage(ChatClientBuilder builder, StreamingUsageOptions options) =>
        builder.UseStreamingUsage(options, timeProvider => Keep(options, timeProvider));

    private UsageAccumulator Keep(StreamingUsageOptions options, TimeProvider? timeProvider)
    {
        lock (_gate)
        {
            return Usage ??= new UsageAccumulator(options.MaxConversations, options.ConversationLifetime, timeProvider);
        }
    }
}
