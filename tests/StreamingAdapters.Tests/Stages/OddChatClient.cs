using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Stages;

/// <summary>Goes wrong where no iterator does. Else it answers with <c>a</c>, <c>b</c> and a finish.</summary>
internal sealed class OddChatClient(OddPoint? point = null, Func<CancellationToken, Exception>? fault = null) : IChatClient
{
    private readonly TaskCompletionSource _disposing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _enumerators;
    private int _disposals;

    /// <summary>What a disposal throws after a failure.</summary>
    public static string SecondMessage => "and then the disposal failed";

    public int Enumerators => Volatile.Read(ref _enumerators);

    public int Disposals => Volatile.Read(ref _disposals);

    /// <summary>Ends when a disposal has begun that never ends.</summary>
    public Task Disposing => _disposing.Task;

    /// <summary>The token that the last call was given.</summary>
    public CancellationToken LastToken { get; private set; }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        LastToken = cancellationToken;
        if (point is OddPoint.Call)
        {
            throw fault!(cancellationToken);
        }

        return fault is null
            ? Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "ab")) { FinishReason = ChatFinishReason.Stop })
            : Task.FromException<ChatResponse>(fault(cancellationToken));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        LastToken = cancellationToken;
        return point is OddPoint.Call ? throw fault!(cancellationToken) : new Stream(this, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("odd", null, "odd") : null;

    public void Dispose()
    {
        // Nothing is held.
    }

    private OddPoint? Point => point;

    private Exception Fault(CancellationToken cancellationToken) => fault!(cancellationToken);

    private sealed class Stream(OddChatClient client, CancellationToken callToken) : IAsyncEnumerable<ChatResponseUpdate>
    {
        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            if (client.Point is OddPoint.Enumerator)
            {
                throw client.Fault(Either(cancellationToken));
            }

            Interlocked.Increment(ref client._enumerators);
            return new Enumerator(client, Either(cancellationToken));
        }

        // As an iterator takes them.
        private CancellationToken Either(CancellationToken cancellationToken) => cancellationToken.CanBeCanceled ? cancellationToken : callToken;
    }

    private sealed class Enumerator(OddChatClient client, CancellationToken cancellationToken) : IAsyncEnumerator<ChatResponseUpdate>
    {
        private int _reads;

        public ChatResponseUpdate Current => _reads switch
        {
            1 => new ChatResponseUpdate(ChatRole.Assistant, "a"),
            2 => new ChatResponseUpdate(ChatRole.Assistant, "b"),
            _ => new ChatResponseUpdate { Role = ChatRole.Assistant, FinishReason = ChatFinishReason.Stop },
        };

        public ValueTask<bool> MoveNextAsync()
        {
            _reads++;
            return client.Point switch
            {
                OddPoint.Read => throw client.Fault(cancellationToken),
                OddPoint.FirstUpdate => FailAsync(),
                OddPoint.SecondUpdate or OddPoint.SecondUpdateAndDisposal when _reads == 2 => FailAsync(),
                _ => ValueTask.FromResult(_reads <= 3),
            };
        }

        public async ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref client._disposals);
            await Task.Yield();
            if (client.Point is OddPoint.EndlessDisposal)
            {
                client._disposing.TrySetResult();
                await new TaskCompletionSource().Task;
            }

            if (client.Point is OddPoint.Disposal)
            {
                throw client.Fault(cancellationToken);
            }

            if (client.Point is OddPoint.SecondUpdateAndDisposal)
            {
                throw new InvalidOperationException(SecondMessage);
            }
        }

        private async ValueTask<bool> FailAsync()
        {
            await Task.Yield();
            throw client.Fault(cancellationToken);
        }
    }
}
