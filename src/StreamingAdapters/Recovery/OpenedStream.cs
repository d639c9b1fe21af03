using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>A stream whose first content is there.</summary>
/// <param name="preamble">What was held, the first content included.</param>
/// <param name="updates">What follows.</param>
/// <param name="isEnded">Whether the stream is over already: it had no content, or ended before the bound of what is held.</param>
/// <param name="giveUp">Ends a stream that may be outrun; null for one that cannot.</param>
internal sealed class OpenedStream(IReadOnlyList<ChatResponseUpdate> preamble, IAsyncEnumerator<ChatResponseUpdate> updates, bool isEnded, CancellationTokenSource? giveUp) : IAsyncDisposable
{
    public IReadOnlyList<ChatResponseUpdate> Preamble => preamble;

    /// <summary>Whether the last of what was held is content; else the stream ended, or the bound was reached.</summary>
    public bool HasContent => preamble is [.., var last] && SemanticContent.IsIn(last);

    public ChatResponseUpdate Current => updates.Current;

    public ValueTask<bool> MoveNextAsync() => isEnded ? ValueTask.FromResult(false) : updates.MoveNextAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await updates.DisposeAsync();
        }
        finally
        {
            giveUp?.Dispose();
        }
    }
}
