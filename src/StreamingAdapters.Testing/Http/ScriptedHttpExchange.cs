namespace StreamingAdapters.Testing;

/// <summary>One request that a <see cref="ScriptedHttpHandler"/> received, and what became of its response.</summary>
public sealed class ScriptedHttpExchange
{
    private readonly TaskCompletionSource _silence = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytesRead;
    private volatile bool _isReadCancelled;

    internal ScriptedHttpExchange(HttpMethod method, Uri? uri, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        Method = method;
        Uri = uri;
        Headers = headers;
        Body = body;
    }

    /// <summary>The request's method.</summary>
    public HttpMethod Method { get; }

    /// <summary>The request's address.</summary>
    public Uri? Uri { get; }

    /// <summary>The request's headers and its content's, several values joined by a comma and a space; names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>A copy of the request's body; empty when it had none.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>How many bytes of the response's body have been read.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Whether the response's body was disposed.</summary>
    public bool IsDisposed => _disposed.Task.IsCompleted;

    /// <summary>Whether a read of the body ended because its token was cancelled.</summary>
    public bool IsReadCancelled => _isReadCancelled;

    /// <summary>Ends when the response's body is disposed.</summary>
    public Task Disposed => _disposed.Task;

    /// <summary>Ends when a read pends in a silence that nothing but its token or disposal ends.</summary>
    public Task ReadPending => _silence.Task;

    internal void ReportRead(int count) => Interlocked.Add(ref _bytesRead, count);

    internal void ReportReadCancelled() => _isReadCancelled = true;

    internal void ReportSilence() => _silence.TrySetResult();

    internal void ReportDisposed() => _disposed.TrySetResult();
}
