using Microsoft.Extensions.AI;

namespace StreamingAdapters.Recovery;

/// <summary>What an attempt gave: a stream that has content, or a whole answer. Disposed when another attempt won.</summary>
internal sealed record AttemptResult(Attempt Attempt, OpenedStream? Stream, ChatResponse? Response) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Stream?.DisposeAsync() ?? ValueTask.CompletedTask;
}
