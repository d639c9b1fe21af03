using System.Runtime.CompilerServices;

namespace Microsoft.Extensions.AI.Tests;

/// <summary><c>Use</c> with one delegate for both methods: the channel between the delegate and the consumer of a stream.</summary>
public sealed class SharedDelegateStreamingTests
{
    [Fact]
    public async Task Stream_NextNotCalled_IsEmpty()
    {
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use((_, _, _, _) => Task.CompletedTask).Build();

        Assert.Empty(await client.GetStreamingResponseAsync(ChatClientCalls.Question).ToListAsync().AsTask().Soon());
        Assert.Empty(inner.Calls);
    }

    [Fact]
    public async Task Stream_PassedOn_UpdatesAreTheSameInstancesInOrder()
    {
        ChatResponseUpdate[] given = [.. Enumerable.Range(0, 50).Select(number => Updates.Text($"{number} "))];
        using var inner = new CallbackChatClient { GetStreamingResponse = (_, _, _) => given.ToAsyncEnumerable() };
        using IChatClient client = PassOn(inner);

        List<ChatResponseUpdate> received = await client.GetStreamingResponseAsync(ChatClientCalls.Question).ToListAsync().AsTask().Soon();

        Assert.Equal(given.Length, received.Count);
        Assert.All(given.Zip(received), pair => Assert.Same(pair.First, pair.Second));
    }

    [Fact]
    public async Task Stream_NextCalledTwice_HandsOutBothStreams()
    {
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use(async (messages, options, next, token) =>
        {
            await next(messages, options, token);
            await next(messages, options, token);
        }).Build();

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal("answeranswer", response.Text);
    }

    [Fact]
    public async Task Stream_InnerClientStillRunning_FirstUpdateIsThere()
    {
        var gate = new TaskCompletionSource();
        using var inner = new CallbackChatClient { GetStreamingResponse = (_, _, _) => Gated() };
        using IChatClient client = PassOn(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync(ChatClientCalls.Question).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync().AsTask().Soon());
        Assert.Equal("early", updates.Current.Text);
        Task<bool> second = updates.MoveNextAsync().AsTask();
        Assert.False(second.IsCompleted);
        gate.SetResult();

        Assert.True(await second.Soon());
        Assert.Equal("late", updates.Current.Text);
        Assert.False(await updates.MoveNextAsync().AsTask().Soon());

        async IAsyncEnumerable<ChatResponseUpdate> Gated()
        {
            yield return Updates.Text("early");
            await gate.Task;
            yield return Updates.Text("late");
        }
    }

    [Fact]
    public async Task Stream_ConsumerStopsPulling_InnerClientIsHeldBack()
    {
        const int Available = 1_000;
        int taken = 0;
        using var cancellation = new CancellationTokenSource();
        using var inner = new CallbackChatClient { GetStreamingResponse = (_, _, _) => Counted() };
        using IChatClient client = PassOn(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates =
            client.GetStreamingResponseAsync(ChatClientCalls.Question, null, cancellation.Token).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync().AsTask().Soon());

        Assert.InRange(Volatile.Read(ref taken), 1, 10);
        await cancellation.CancelAsync();

        async IAsyncEnumerable<ChatResponseUpdate> Counted()
        {
            await Task.CompletedTask;
            while (Interlocked.Increment(ref taken) <= Available)
            {
                yield return Updates.Text("text");
            }
        }
    }

    [Fact]
    public async Task Stream_InnerClientFailsLate_UpdatesBeforeAreDelivered()
    {
        var error = new InvalidDataException("broken");
        using var inner = new CallbackChatClient { GetStreamingResponse = (_, _, _) => Updates.Failing(error, "one", "two", "three") };
        using IChatClient client = PassOn(inner);
        List<string> received = [];

        Exception? thrown = await Record.ExceptionAsync(() => DrainAsync(client, received));

        Assert.Same(error, thrown);
        Assert.Equal(["one", "two", "three"], received);
    }

    [Fact]
    public async Task Stream_DelegateThrowsBehindNext_UpdatesBeforeAreDelivered()
    {
        var error = new InvalidDataException("broken");
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder().Use(async (messages, options, next, token) =>
        {
            await next(messages, options, token);
            throw error;
        }).Build();
        List<string> received = [];

        Exception? thrown = await Record.ExceptionAsync(() => DrainAsync(client, received));

        Assert.Same(error, thrown);
        Assert.Equal(["ans", "wer"], received);
    }

    [Fact]
    public async Task Stream_DelegateSwallowsTheFailure_EndsBehindTheUpdatesBefore()
    {
        using var inner = new CallbackChatClient
        {
            GetStreamingResponse = (_, _, _) => Updates.Failing(new InvalidDataException("broken"), "one"),
        };
        using IChatClient client = inner.AsBuilder()
            .Use((messages, options, next, token) => Record.ExceptionAsync(() => next(messages, options, token)).AsTask())
            .Build();

        ChatResponse response = await client.AskAsync(streaming: true);

        Assert.Equal("one", response.Text);
    }

    [Fact]
    public async Task Stream_CancelledBetweenUpdates_ReachesTheInnerClient()
    {
        using var cancellation = new CancellationTokenSource();
        var innerEnded = new TaskCompletionSource();
        using var inner = new CallbackChatClient { GetStreamingResponse = (_, _, token) => OneThenSilence(token) };
        using IChatClient client = PassOn(inner);
        await using IAsyncEnumerator<ChatResponseUpdate> updates =
            client.GetStreamingResponseAsync(ChatClientCalls.Question, null, cancellation.Token).GetAsyncEnumerator();

        Assert.True(await updates.MoveNextAsync().AsTask().Soon());
        Task<bool> next = updates.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Soon());
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        await innerEnded.Task.Soon();

        async IAsyncEnumerable<ChatResponseUpdate> OneThenSilence([EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                yield return Updates.Text("one");
                await Waits.ForCancellationAsync(token);
            }
            finally
            {
                innerEnded.SetResult();
            }
        }
    }

    [Fact]
    public async Task Stream_ConsumerStopsAndCancels_InnerEnumeratorIsDisposed()
    {
        using var cancellation = new CancellationTokenSource();
        var innerDisposed = new TaskCompletionSource();
        using var inner = new CallbackChatClient { GetStreamingResponse = (_, _, _) => Endless() };
        using IChatClient client = PassOn(inner);

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(ChatClientCalls.Question, null, cancellation.Token))
        {
            break;
        }

        Assert.False(innerDisposed.Task.IsCompleted);
        await cancellation.CancelAsync();
        await innerDisposed.Task.Soon();

        async IAsyncEnumerable<ChatResponseUpdate> Endless()
        {
            try
            {
                while (true)
                {
                    await Task.Yield();
                    yield return Updates.Text("text");
                }
            }
            finally
            {
                innerDisposed.SetResult();
            }
        }
    }

    private static IChatClient PassOn(IChatClient inner) =>
        inner.AsBuilder().Use((messages, options, next, token) => next(messages, options, token)).Build();

    private static async Task DrainAsync(IChatClient client, List<string> received)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(ChatClientCalls.Question))
        {
            received.Add(update.Text);
        }
    }
}
