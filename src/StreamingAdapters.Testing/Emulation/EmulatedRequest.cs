using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>A request that an emulated server received, and when its connection ended.</summary>
public sealed class EmulatedRequest
{
    private readonly TaskCompletionSource<long> _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _chunksSent;

    internal EmulatedRequest(string method, string path, string query, string connectionId, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        Method = method;
        Path = path;
        Query = query;
        ConnectionId = connectionId;
        Headers = headers;
        Body = body;
        Json = Parse(body);
    }

    /// <summary>The request's method.</summary>
    public string Method { get; }

    /// <summary>The request's path without the query.</summary>
    public string Path { get; }

    /// <summary>The request's query with its question mark; empty when there was none.</summary>
    public string Query { get; }

    /// <summary>Which connection brought the request: equal for requests of one connection.</summary>
    public string ConnectionId { get; }

    /// <summary>The request's headers, several values joined by a comma and a space; names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body's bytes; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body as JSON.</summary>
    /// <value><see langword="null"/> when the body is empty or no JSON.</value>
    public JsonElement? Json { get; }

    /// <summary>How many chunks (frames with content) have been handed to the operating system.</summary>
    public int ChunksSent => Volatile.Read(ref _chunksSent);

    /// <summary>
    /// Ends when the server sees the connection close before its answer is complete; the result is the server clock's timestamp of that
    /// moment.
    /// </summary>
    /// <remarks>Never ends when the answer was completed in order.</remarks>
    public Task<long> Aborted => _aborted.Task;

    /// <summary>Ends when the request's connection is closed, after a complete answer or before; the result is the server clock's timestamp.</summary>
    public Task<long> Closed => _closed.Task;

    /// <summary>Ends when the server has done all it does for this request, in order or cut off; the result is the server clock's timestamp.</summary>
    public Task<long> Answered => _answered.Task;

    internal void ReportAborted(long timestamp) => _aborted.TrySetResult(timestamp);

    internal void ReportClosed(long timestamp) => _closed.TrySetResult(timestamp);

    internal void ReportAnswered(long timestamp) => _answered.TrySetResult(timestamp);

    internal int ReportChunk() => Interlocked.Increment(ref _chunksSent);

    private static JsonElement? Parse(byte[] body)
    {
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
