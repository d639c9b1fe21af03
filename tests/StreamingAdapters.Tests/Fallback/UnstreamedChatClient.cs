using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Tests.Stages;

namespace StreamingAdapters.Tests.Fallback;

/// <summary>A client that refuses to stream, at a point of choice, and answers whole with <c>whole</c>.</summary>
internal sealed class UnstreamedChatClient(OddPoint point, Func<Exception> refusal) : IChatClient
{
    private int _streams;
    private int _wholes;

    public int Streams => Volatile.Read(ref _streams);

    public int Wholes => Volatile.Read(ref _wholes);

    /// <summary>Every stream waits for this before it is refused.</summary>
    public Task MayRefuse { get; init; } = Task.CompletedTask;

    /// <summary>The models that stream after all.</summary>
    public string? StreamedModel { get; init; }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _wholes);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "whole")) { FinishReason = ChatFinishReason.Stop });
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _streams);
        if (options?.ModelId is { } model && model == StreamedModel)
        {
            return AsyncEnumerable.Repeat(new ChatResponseUpdate(ChatRole.Assistant, "streamed"), 1);
        }

        return point switch
        {
            OddPoint.Call => throw refusal(),
            OddPoint.Enumerator or OddPoint.Read => new BrokenStream(point, refusal),
            _ => RefuseAsync(cancellationToken),
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("foreign", null, "default-model") : null;

    public void Dispose()
    {
        // Nothing is held.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> RefuseAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await MayRefuse.WaitAsync(cancellationToken);
        if (point is OddPoint.SecondUpdate)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, []);
        }

        throw refusal();
    }

    private sealed class BrokenStream(OddPoint point, Func<Exception> refusal) : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
    {
        public ChatResponseUpdate Current => throw new InvalidOperationException("Nothing was read.");

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => point is OddPoint.Enumerator ? throw refusal() : this;

        public ValueTask<bool> MoveNextAsync() => throw refusal();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
