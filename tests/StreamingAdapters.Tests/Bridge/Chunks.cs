using Microsoft.Extensions.AI;
using StreamingAdapters.Bridge;

namespace StreamingAdapters.Tests.Bridge;

/// <summary>Streams of given values, and what was read of them.</summary>
internal static class Chunks
{
    public static IAsyncEnumerable<T> Stream<T>(params IEnumerable<T> values) => new WatchedStream<T>(values);

    public static StreamingChunk Text(string text) => new() { Content = text };

    public static StreamingChunk Final(string? reason = "stop") => new() { IsFinal = true, FinishReason = reason };

    public static ChatResponseUpdate Update(params AIContent[] contents) => new() { Contents = contents };

    public static ChatResponseUpdate Finish(ChatFinishReason? reason = null, params AIContent[] contents) => new() { Contents = contents, FinishReason = reason ?? ChatFinishReason.Stop };

    public static UsageContent Usage(long? input, long? output, long? total) =>
        new(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = total });

    public static ChunkToolCall Call(string id, string name, string arguments) => new() { Id = id, Function = new ChunkFunction { Name = name, Arguments = arguments } };

    /// <summary>The values one by one, until something was thrown.</summary>
    public static async Task<(List<T> Values, Exception? Error)> DrainAsync<T>(IAsyncEnumerable<T> stream, CancellationToken cancellationToken)
    {
        List<T> values = [];
        try
        {
            await foreach (T value in stream.WithCancellation(cancellationToken))
            {
                values.Add(value);
            }

            return (values, null);
        }
        catch (Exception e)
        {
            return (values, e);
        }
    }

    /// <summary>A stream that knows how far it was read and whether it was disposed; after its values it waits for its token where it is told to.</summary>
    public sealed class WatchedStream<T>(IEnumerable<T> values, bool isSilentAtEnd = false) : IAsyncEnumerable<T>
    {
        private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Read { get; private set; }

        public bool IsDisposed { get; private set; }

        public CancellationToken Token { get; private set; }

        public Task Silent => _silent.Task;

        public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            Token = cancellationToken;
            try
            {
                foreach (T value in values)
                {
                    await Task.Yield();
                    Read++;
                    yield return value;
                }

                if (isSilentAtEnd)
                {
                    _silent.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }
            }
            finally
            {
                IsDisposed = true;
            }
        }
    }
}
