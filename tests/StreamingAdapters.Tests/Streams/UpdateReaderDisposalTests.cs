using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Streams;

/// <summary>A client that hangs as it is disposed is cancelled, and what that leads to is not the consumer's.</summary>
public sealed class UpdateReaderDisposalTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispose_DisposalAndCancellationHang_IsLeftAfterAnotherGrace()
    {
        using var released = new ManualResetEventSlim();
        var stream = new NeverDisposed();
        var reader = new UpdateReader(token => stream.Under(() => released.Wait(Token), token), _time, Token);
        await reader.ReadAsync();

        Task disposing = reader.DisposeAsync().AsTask();
        for (int grace = 0; grace < 2; grace++)
        {
            await _time.WaitForTimersAsync(1, Token).WaitAsync(Safety, Token);
            _time.Advance(UpdateReader.Grace);
        }

        await disposing.WaitAsync(Safety, Token);
        released.Set();
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task Dispose_CancellationFails_IsNotTheConsumers()
    {
        var stream = new NeverDisposed();
        var reader = new UpdateReader(token => stream.Under(() => throw new InvalidOperationException("x"), token), _time, Token);
        await reader.ReadAsync();

        Task disposing = reader.DisposeAsync().AsTask();
        _time.Advance(UpdateReader.Grace);

        await disposing.WaitAsync(Safety, Token);
    }

    private sealed class NeverDisposed : IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
    {
        public ChatResponseUpdate Current { get; } = new(ChatRole.Assistant, "a");

        public NeverDisposed Under(Action onCancelled, CancellationToken cancellationToken)
        {
            cancellationToken.UnsafeRegister(_ => onCancelled(), null);
            return this;
        }

        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => ValueTask.FromResult(true);

        public ValueTask DisposeAsync() => new(new TaskCompletionSource().Task);
    }
}
