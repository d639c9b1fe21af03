using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Stages;

/// <summary>How every stage ends what it began, whatever its inner client does then.</summary>
public sealed class StageDisposalTests
{
    private readonly ManualTimeProvider _time = new();

    public static TheoryData<string> Abandoning => [.. Names.Where(name => AllStages.Named(name).Abandons)];

    public static TheoryData<string> Stages => [.. Names];

    private static string[] Names => [.. AllStages.Rows.Concat(AllStages.Wholes).Select(row => row.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_DisposedBeforeItsFirstRead_SendsNothing(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Finish());
        using IChatClient client = Over(stage, inner);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        await updates.DisposeAsync();
        await updates.DisposeAsync();

        Assert.False(await updates.MoveNextAsync());
        Assert.Empty(inner.Calls);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_DisposedTwice_DisposesTheInnerOnce(string stage)
    {
        var inner = new OddChatClient();
        using IChatClient client = Over(stage, inner);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        await updates.DisposeAsync();
        int once = inner.Disposals;
        await updates.DisposeAsync();

        Assert.Equal(1, once);
        Assert.Equal(stage is "UseStreamingValidation" ? 2 : 1, inner.Disposals);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_DisposalOfTheInnerFails_AllIsDeliveredAndItIsThrown(string stage)
    {
        var thrown = new InvalidOperationException("x");
        var inner = new OddChatClient(OddPoint.Disposal, _ => thrown);
        using IChatClient client = Over(stage, inner);
        List<string> received = [];

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(client, received, Token));

        Assert.Same(thrown, exception);
        Assert.Equal("ab", string.Concat(received));
        Assert.Equal(1, inner.Disposals);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_DisposalFailsAfterBreak_LeavesNoTimer(string stage)
    {
        var inner = new OddChatClient(OddPoint.Disposal, _ => new InvalidOperationException("x"));
        using IChatClient client = Over(stage, inner);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await updates.DisposeAsync());

        Assert.Equal(1, inner.Disposals);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Theory]
    [InlineData("UseStreamingErrors")]
    [InlineData("UseStreaming basic")]
    public async Task Stream_ReadAndDisposalFail_TheFirstFailureIsThrown(string stage)
    {
        var inner = new OddChatClient(OddPoint.SecondUpdateAndDisposal, _ => Reset());
        using IChatClient client = Over(stage, inner);
        List<string> received = [];

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(client, received, Token));

        Assert.Equal((ChatErrorKind.Truncated, "a"), (exception.Kind, exception.Partial));
        Assert.Equal(["a"], received);
        Assert.Equal(1, inner.Disposals);
    }

    [Theory]
    [InlineData("UseStreamingErrors")]
    [InlineData("UseStreaming basic")]
    [InlineData("UseStreaming enhanced")]
    public async Task Stream_DisposalFailsByTheTransport_IsOfTheFamily(string stage)
    {
        using IChatClient client = Over(stage, new OddChatClient(OddPoint.Disposal, _ => Reset()));
        List<string> received = [];

        var exception = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(client, received, Token));

        Assert.Equal((ChatErrorKind.Truncated, "ab"), (exception.Kind, exception.Partial));
        Assert.Equal("ab", string.Concat(received));
    }

    [Theory]
    [MemberData(nameof(Abandoning))]
    public async Task Stream_DisposalOfTheInnerNeverEnds_IsLeftAloneAfterTheGrace(string stage)
    {
        var inner = new OddChatClient(OddPoint.EndlessDisposal);
        using IChatClient client = Over(stage, inner);
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);
        await updates.MoveNextAsync();

        Task left = updates.DisposeAsync().AsTask();
        await inner.Disposing.WaitAsync(Token);
        while (!left.IsCompleted)
        {
            await Task.WhenAny(left, _time.WaitForTimersAsync(1, Token));
            _time.Advance(UpdateReader.Grace);
        }

        await left;
        Assert.True(inner.LastToken.IsCancellationRequested);
        Assert.Equal(0, _time.ActiveTimers);
    }

    private static IOException Reset() => new("Connection reset by peer");

    private IChatClient Over(string stage, IChatClient inner) => AllStages.Named(stage).Over(inner, _time);

    private static async Task ReadAsync(IChatClient client, List<string> received, CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken))
        {
            if (update.Text.Length > 0)
            {
                received.Add(update.Text);
            }
        }
    }
}
