using System.Threading.Tasks.Sources;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace Benchmarks.Crowd;

/// <summary>A client with thousands of open streams that all get a word in each round of <see cref="BeatAsync"/>, on the thread pool.</summary>
internal sealed class PacedSource(int words) : IChatClient
{
    private const int Slices = 20;

    private readonly Lock _gate = new();
    private readonly List<Stream> _streams = [];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Streams only.");

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var stream = new Stream(words);
        lock (_gate)
        {
            _streams.Add(stream);
        }

        return stream;
    }

    // As this library's own providers do, so that what is not built over them is not weighed.
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("crowd", defaultModelId: "model")
        : serviceType == typeof(KnowsEndOfStream) ? KnowsEndOfStream.Instance
        : null;

    public void Dispose()
    {
    }

    /// <summary>Gives every stream its next update, a slice of them at a time so that the words of a round are spread over it.</summary>
    public async Task BeatAsync(TimeSpan round)
    {
        Stream[] streams;
        lock (_gate)
        {
            streams = [.. _streams];
        }

        foreach (Stream[] slice in streams.Chunk((streams.Length / Slices) + 1))
        {
            foreach (Stream stream in slice)
            {
                stream.Deliver();
            }

            await Task.Delay(round / Slices);
        }
    }

    /// <summary>The word of a place in an answer.</summary>
    public static string Word(int index) => $"w{index % 100} ";

    private sealed class Stream : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>, IValueTaskSource<bool>
    {
        private readonly Lock _gate = new();
        private readonly int _words;
        private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
        private int _delivered;
        private int _taken;
        private bool _isWaiting;

        public Stream(int words) => _words = words;

        public ChatResponseUpdate Current { get; private set; } = new();

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync()
        {
            lock (_gate)
            {
                if (_taken < _delivered)
                {
                    return new ValueTask<bool>(Take());
                }

                _wait.Reset();
                _isWaiting = true;
                return new ValueTask<bool>(this, _wait.Version);
            }
        }

        public void Deliver()
        {
            lock (_gate)
            {
                _delivered++;
                if (!_isWaiting)
                {
                    return;
                }

                _isWaiting = false;
            }

            _wait.SetResult(Take());
        }

        public ValueTask DisposeAsync() => default;

        public bool GetResult(short token) => _wait.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _wait.OnCompleted(continuation, state, token, flags);

        // After the words one update with the finish reason, then the end.
        private bool Take()
        {
            int index = _taken++;
            if (index > _words)
            {
                return false;
            }

            Current = new ChatResponseUpdate(ChatRole.Assistant, index < _words ? [new TextContent(Word(index))] : [])
            {
                ResponseId = "response",
                MessageId = "message",
                FinishReason = index == _words ? ChatFinishReason.Stop : null,
            };
            return true;
        }
    }
}
