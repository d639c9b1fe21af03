using System.Threading.Tasks.Sources;
using Microsoft.Extensions.AI;

namespace Benchmarks.Stages;

/// <summary>A client whose every update is waited for: the reader is suspended, and resumed by <see cref="RunAsync"/> without a thread pool between.</summary>
internal sealed class AsynchronousSource(ChatResponseUpdate[] updates) : ReadySource(updates)
{
    private readonly ChatResponseUpdate[] _updates = updates;
    private Stream? _pending;

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => new Stream(this, _updates);

    /// <summary>Runs a reader on this thread, ending its waits one after the other.</summary>
    public async Task<long> RunAsync(Func<Task<long>> read)
    {
        Task<long> running = read();
        while (!running.IsCompleted)
        {
            Interlocked.Exchange(ref _pending, null)?.Complete();
        }

        return await running;
    }

    private sealed class Stream(AsynchronousSource source, ChatResponseUpdate[] updates) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>, IValueTaskSource<bool>
    {
        private ManualResetValueTaskSourceCore<bool> _wait;
        private int _index = -1;

        public ChatResponseUpdate Current => updates[_index];

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync()
        {
            _wait.Reset();
            return new ValueTask<bool>(this, _wait.Version);
        }

        public ValueTask DisposeAsync() => default;

        public void Complete() => _wait.SetResult(++_index < updates.Length);

        public bool GetResult(short token) => _wait.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _wait.OnCompleted(continuation, state, token, flags);
            Volatile.Write(ref source._pending, this);
        }
    }
}
