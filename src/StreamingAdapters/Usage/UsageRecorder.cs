using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>What the calls of one stage share: where records go, and what they are made with. Thread-safe.</summary>
internal sealed partial class UsageRecorder(
    IChatClient innerClient, StreamingUsageOptions options, UsageAccumulator accumulator, IReadOnlyList<IUsageSink> sinks, TimeProvider timeProvider, ILogger logger)
{
    public Func<ChatOptions?, string?>? ConversationId { get; } = options.ConversationId;

    public PriceTable Prices { get; } = options.Prices.Copy();

    public bool Estimates { get; } = options.Estimate;

    public UsageAccumulator Accumulator { get; } = accumulator;

    public TimeProvider TimeProvider { get; } = timeProvider;

    public ChatClientMetadata? Metadata => innerClient.GetService<ChatClientMetadata>();

    /// <summary>Counts a record and hands it to the sinks.</summary>
    public void Record(UsageRecord record, string? continuedAs)
    {
        Accumulator.Add(record, continuedAs);
        foreach (IUsageSink sink in sinks)
        {
            try
            {
                sink.Write(record);
            }
            catch (Exception e)
            {
                LogSinkFailure(logger, e, sink.GetType());
            }
        }
    }

    /// <summary>The bytes of a request that is over: what it holds may be gone by now, such as a tool's result in a document that was disposed.</summary>
    public long BytesOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        try
        {
            return ContentBytes.Of(messages, options);
        }
        catch (Exception e)
        {
            LogUncounted(logger, e.GetType());
            return 0;
        }
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The usage sink {Sink} threw. The answer is not affected; the sink misses its record.")]
    private static partial void LogSinkFailure(ILogger logger, Exception exception, Type sink);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The request's bytes could not be counted ({Failure}): its input tokens are estimated as zero. Keep what messages hold until the answer ends.")]
    private static partial void LogUncounted(ILogger logger, Type failure);
}
