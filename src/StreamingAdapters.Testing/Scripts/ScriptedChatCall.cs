using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>One call of a <see cref="ScriptedChatClient"/>: an enumeration of a stream, or one <c>GetResponseAsync</c>.</summary>
public sealed class ScriptedChatCall
{
    private readonly TaskCompletionSource _pending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _updatesPulled;

    internal ScriptedChatCall(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreaming, CancellationToken cancellationToken)
    {
        Messages = messages;
        Options = options;
        IsStreaming = isStreaming;
        CancellationToken = cancellationToken;
    }

    /// <summary>The messages as they stood when the call began: a copy of the list, with the same messages.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>The options, the same instance as the caller's.</summary>
    public ChatOptions? Options { get; }

    /// <summary>Whether the caller asked for a stream.</summary>
    public bool IsStreaming { get; }

    /// <summary>The token that the call runs under.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>How many updates have been handed out.</summary>
    public int UpdatesPulled => Volatile.Read(ref _updatesPulled);

    /// <summary>Whether the script was played to its end.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Whether the call ended because its token was cancelled.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Whether the enumeration is over: completed, failed, cancelled, or given up by its consumer and disposed.</summary>
    public bool IsDisposed => _disposed.Task.IsCompleted;

    /// <summary>Ends when the enumeration is over.</summary>
    public Task Disposed => _disposed.Task;

    /// <summary>Ends when the call waits in a silence or hangs.</summary>
    public Task Pending => _pending.Task;

    internal void ReportPulled() => Interlocked.Increment(ref _updatesPulled);

    internal void ReportPending() => _pending.TrySetResult();

    internal void ReportCompleted() => IsCompleted = true;

    internal void ReportCancelled() => IsCancelled = true;

    internal void ReportDisposed() => _disposed.TrySetResult();
}
