using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>A chat client that plays scripts and keeps what it was asked.</summary>
/// <remarks>
/// Each call, that is each enumeration, plays the next script; the last is repeated. Every update the client makes has the same response id, message
/// id, model, creation time and the role assistant. Thread-safe.
/// </remarks>
public sealed class ScriptedChatClient : IChatClient
{
    private readonly Lock _lock = new();
    private readonly StreamScript[] _scripts;
    private readonly TimeProvider _timeProvider;
    private readonly List<ScriptedChatCall> _calls = [];
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates a client whose delays run on the system's clock.</summary>
    /// <param name="scripts">The scripts in order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="scripts"/> is null.</exception>
    /// <exception cref="ArgumentException">No script is given.</exception>
    public ScriptedChatClient(params StreamScript[] scripts)
        : this(TimeProvider.System, scripts)
    {
    }

    /// <summary>Creates a client.</summary>
    /// <param name="timeProvider">The clock of delays and creation times.</param>
    /// <param name="scripts">The scripts in order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> or <paramref name="scripts"/> is null.</exception>
    /// <exception cref="ArgumentException">No script is given.</exception>
    public ScriptedChatClient(TimeProvider timeProvider, params StreamScript[] scripts)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(scripts);
        if (scripts.Length == 0)
        {
            throw new ArgumentException("A scripted client needs at least one script.", nameof(scripts));
        }

        _timeProvider = timeProvider;
        _scripts = [.. scripts];
    }

    /// <summary>The model that updates name when the call's options name none.</summary>
    /// <value><c>scripted</c> by default.</value>
    public string ModelId { get; init; } = "scripted";

    /// <summary>The provider's name in <see cref="ChatClientMetadata"/>.</summary>
    /// <value><c>scripted</c> by default.</value>
    public string ProviderName { get; init; } = "scripted";

    /// <summary>The calls so far, in the order in which they began.</summary>
    public IReadOnlyList<ScriptedChatCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Whether the client was disposed.</summary>
    public bool IsDisposed => _disposed.Task.IsCompleted;

    /// <summary>Waits for a call.</summary>
    /// <param name="index">The call's position, from 0.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The call, as soon as it has begun.</returns>
    public async Task<ScriptedChatCall> WaitForCallAsync(int index = 0, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                if (index < _calls.Count)
                {
                    return _calls[index];
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return PlayAsync(messages, options, isStreaming: false, cancellationToken).ToChatResponseAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return PlayAsync(messages, options, isStreaming: true, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(ProviderName, defaultModelId: ModelId)
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed.TrySetResult();

    private async IAsyncEnumerable<ChatResponseUpdate> PlayAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreaming, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = new ScriptedChatCall([.. messages], options, isStreaming, cancellationToken);
        (StreamScript script, int number) = Register(call);
        var stamp = new ChatResponseUpdate
        {
            ResponseId = $"response-{number}",
            MessageId = $"message-{number}",
            ModelId = options?.ModelId ?? ModelId,
            CreatedAt = _timeProvider.GetUtcNow(),
            Role = ChatRole.Assistant,
        };
        try
        {
            foreach (ScriptStep step in script.Steps)
            {
                if (await RunAsync(step, stamp, call, cancellationToken) is { } update)
                {
                    call.ReportPulled();
                    yield return update;
                }
            }

            call.ReportCompleted();
        }
        finally
        {
            call.ReportDisposed();
        }
    }

    private (StreamScript Script, int Number) Register(ScriptedChatCall call)
    {
        lock (_lock)
        {
            StreamScript script = _scripts[Math.Min(_calls.Count, _scripts.Length - 1)];
            _calls.Add(call);
            _arrival.TrySetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (script, _calls.Count);
        }
    }

    private async ValueTask<ChatResponseUpdate?> RunAsync(ScriptStep step, ChatResponseUpdate stamp, ScriptedChatCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (step is ScriptStep.Silence { IgnoresCancellation: true })
            {
                call.ReportPending();
                await _disposed.Task;
                throw new ObjectDisposedException(nameof(ScriptedChatClient));
            }

            cancellationToken.ThrowIfCancellationRequested();
            return await RunStepAsync(step, stamp, call, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.ReportCancelled();
            throw;
        }
    }

    private async ValueTask<ChatResponseUpdate?> RunStepAsync(ScriptStep step, ChatResponseUpdate stamp, ScriptedChatCall call, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case ScriptStep.Whole whole:
                return whole.Update;
            case ScriptStep.Fault fault:
                throw fault.Exception;
            case ScriptStep.Delay delay:
                await Task.Delay(delay.Time, _timeProvider, cancellationToken);
                return null;
            case ScriptStep.Silence:
                call.ReportPending();
                await Task.Delay(Timeout.InfiniteTimeSpan, _timeProvider, cancellationToken);
                return null;
            default:
                ChatResponseUpdate update = stamp.Clone();
                update.Contents = step is ScriptStep.Content content ? [content.Create()] : [];
                update.FinishReason = (step as ScriptStep.Finish)?.Reason;
                return update;
        }
    }
}
