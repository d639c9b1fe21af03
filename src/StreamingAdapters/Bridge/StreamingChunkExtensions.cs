using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Bridge;

/// <summary>Updates to plain chunks and back.</summary>
public static class StreamingChunkExtensions
{
    /// <summary>The updates of one answer as plain chunks, the last of them final.</summary>
    /// <param name="updates">The answer; enumerated as the chunks are, and disposed with them; <c>WithCancellation</c> reaches it.</param>
    /// <param name="mode">
    /// <see cref="StreamingMode.Basic"/>: <c>content</c> and <c>is_final</c>, <c>model</c> and <c>tool_calls</c> where the update has them, and on the final chunk
    /// <c>finish_reason</c> and <c>usage</c>. <see cref="StreamingMode.Enhanced"/>: also <c>delta</c> and <c>chunk_metadata</c> on every chunk, <c>model</c> on
    /// every chunk from the first that knows it, and <c>usage</c> where the provider says what it has used so far.
    /// </param>
    /// <param name="timeProvider">The clock of <c>timestamp</c> where the metadata stage has not set it; null for the system's.</param>
    /// <returns>
    /// The chunks. Exactly one is final, the last; when the answer fails, its exception comes instead. Reasoning, results of tools, data, annotations, ids and the
    /// finer counts of usage are left out: chunks have no words for them, and an update with nothing else has no chunk.
    /// </returns>
    /// <remarks>
    /// The finish reason and usage wait for the end of the answer, since usage may follow the finish reason; nothing else waits. Index, timestamp, size and provider
    /// are the metadata stage's (<see cref="StreamingKeys"/>) where it has run; the first three are counted here where it has not.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="updates"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a mode.</exception>
    /// <exception cref="NotSupportedException">Arguments of a tool call have a type that <see cref="AIJsonUtilities.DefaultOptions"/> cannot write; thrown by the enumeration.</exception>
    public static IAsyncEnumerable<StreamingChunk> ToStreamingChunks(
        this IAsyncEnumerable<ChatResponseUpdate> updates, StreamingMode mode = StreamingMode.Basic, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(updates);
        CheckMode(mode);
        return WriteAsync(updates, mode, timeProvider ?? TimeProvider.System);
    }

    /// <summary>A whole answer as plain chunks, the last of them final.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="mode">What the chunks say; as for a stream.</param>
    /// <param name="timeProvider">The clock of <c>timestamp</c>; null for the system's.</param>
    /// <returns>The chunks: one for each message that has content, and the final one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a mode.</exception>
    /// <exception cref="NotSupportedException">Arguments of a tool call have a type that <see cref="AIJsonUtilities.DefaultOptions"/> cannot write.</exception>
    public static IReadOnlyList<StreamingChunk> ToStreamingChunks(this ChatResponse response, StreamingMode mode = StreamingMode.Basic, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        CheckMode(mode);
        var writer = new ChunkWriter(mode, timeProvider ?? TimeProvider.System);
        List<StreamingChunk> chunks = [];
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            chunks.AddRange(new[] { writer.Release(update), writer.Write(update) }.OfType<StreamingChunk>());
        }

        chunks.Add(writer.End());
        return chunks;
    }

    /// <summary>The chunks of one answer as updates.</summary>
    /// <param name="chunks">The answer; enumerated as the updates are, and disposed with them; <c>WithCancellation</c> reaches it.</param>
    /// <returns>
    /// An update for each chunk, which is its <see cref="ChatResponseUpdate.RawRepresentation"/>; metadata stands under <see cref="StreamingKeys"/>. Usage of a chunk
    /// that is not final counts as the usage so far (<see cref="StreamingKeys.UsageSoFar"/>), and as the answer's if the final chunk has none.
    /// </returns>
    /// <remarks>Updates have no ids; the role is the chunk's own. <see cref="StreamingChunkChatClient"/> adds both.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="chunks"/> is null.</exception>
    /// <exception cref="ChatStreamException">
    /// The chunks ended without a final one (<see cref="ChatErrorKind.Truncated"/>), or a tool call has no name (<see cref="ChatErrorKind.MalformedStream"/>); thrown
    /// by the enumeration, after everything that came before.
    /// </exception>
    public static IAsyncEnumerable<ChatResponseUpdate> FromStreamingChunks(this IAsyncEnumerable<StreamingChunk> chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return ReadAsync(chunks, provider: null);
    }

    /// <summary>The text of a chunk, whichever of <see cref="StreamingChunk.Content"/> and <see cref="StreamingChunk.Delta"/> has it.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <returns>The content, or where it is empty the delta's; empty when neither has text.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="chunk"/> is null.</exception>
    public static string GetChunkContent(this StreamingChunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        return chunk.Content.Length > 0 ? chunk.Content : chunk.Delta?.Content ?? "";
    }

    /// <summary>The text of an update, under the name that it has for chunks.</summary>
    /// <param name="update">The update.</param>
    /// <returns><see cref="ChatResponseUpdate.Text"/>; empty when there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public static string GetChunkContent(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.Text;
    }

    internal static async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(
        IAsyncEnumerable<StreamingChunk> chunks, string? provider, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new ChunkReader(provider);
        await foreach (StreamingChunk chunk in chunks.WithCancellation(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return reader.Read(chunk);
        }

        if (reader.End() is { } end)
        {
            yield return end;
        }
    }

    private static async IAsyncEnumerable<StreamingChunk> WriteAsync(
        IAsyncEnumerable<ChatResponseUpdate> updates, StreamingMode mode, TimeProvider timeProvider, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var writer = new ChunkWriter(mode, timeProvider);
        await foreach (ChatResponseUpdate update in updates.WithCancellation(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (writer.Release(update) is { } earlier)
            {
                yield return earlier;
            }

            if (writer.Write(update) is { } chunk)
            {
                yield return chunk;
            }
        }

        yield return writer.End();
    }

    private static void CheckMode(StreamingMode mode)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode has to be Basic or Enhanced.");
        }
    }
}
