using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Fallback;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Stages;

namespace StreamingAdapters.Tests.Fallback;

/// <summary>Which models are asked for whole answers at once, and for how long.</summary>
public sealed class RefusedModelsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_RefusedBefore_IsAskedForWholeAnswersAtOnce()
    {
        UnstreamedChatClient inner = Inner();
        using IChatClient client = Over(inner);

        string first = await AskAsync(client);
        string second = await AskAsync(client, "default-model");
        string other = await AskAsync(client, "streams");

        Assert.Equal(("whole", "whole", "streamed"), (first, second, other));
        Assert.Equal((2, 2), (inner.Streams, inner.Wholes));
        Assert.Equal(["The model default-model of foreign refuses to stream: for 01:00:00 it is asked for whole answers."], _log.At(LogLevel.Information));
    }

    [Fact]
    public async Task Stream_LifetimeIsOver_IsTriedAgainAndNotLoggedAgain()
    {
        UnstreamedChatClient inner = Inner();
        using IChatClient client = Over(inner);

        await AskAsync(client);
        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        await AskAsync(client);
        int before = inner.Streams;
        _time.Advance(TimeSpan.FromTicks(1));
        await AskAsync(client);
        int after = inner.Streams;
        _time.Advance(TimeSpan.FromMinutes(59));
        await AskAsync(client);

        Assert.Equal((1, 2, 2), (before, after, inner.Streams));
        Assert.Single(_log.All);
    }

    [Fact]
    public async Task Stream_ManyFirstCallsAtOnce_AllGetTheAnswerAndItIsLoggedOnce()
    {
        var mayRefuse = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        UnstreamedChatClient inner = Inner(mayRefuse.Task);
        using IChatClient client = Over(inner);

        Task<string[]> answers = Task.WhenAll(Enumerable.Range(0, 32).Select(_ => AskAsync(client)));
        mayRefuse.SetResult();

        Assert.All(await answers.WaitAsync(Token), answer => Assert.Equal("whole", answer));
        Assert.Equal((32, 32), (inner.Streams, inner.Wholes));
        Assert.Single(_log.All);
    }

    [Fact]
    public void Add_MoreThanTheCapacity_RemembersNoMoreUntilSomeAreOver()
    {
        var refused = new RefusedModels(TimeSpan.FromHours(1), _time);
        for (int i = 0; i < RefusedModels.Capacity; i++)
        {
            refused.Add($"model-{i}");
        }

        bool wasAdded = refused.Add("one more");
        bool again = refused.Add("model-0");
        bool isKnown = refused.Contains("one more");
        _time.Advance(TimeSpan.FromHours(1));
        bool isAddedLater = refused.Add("one more");

        Assert.False(wasAdded || again || isKnown);
        Assert.True(isAddedLater && refused.Contains("one more"));
        Assert.False(refused.Contains("model-0"));
    }

    public void Dispose() => _log.Dispose();

    private static UnstreamedChatClient Inner(Task? mayRefuse = null) =>
        new(OddPoint.FirstUpdate, () => new NotSupportedException("secret prompt")) { StreamedModel = "streams", MayRefuse = mayRefuse ?? Task.CompletedTask };

    private IChatClient Over(IChatClient inner) => inner.AsBuilder().UseStreamingFallback().Build(new TestServices(_time, _log));

    private static async Task<string> AskAsync(IChatClient client, string? model = null) =>
        (await client.GetStreamingResponseAsync("secret prompt", new ChatOptions { ModelId = model }, Token).ToChatResponseAsync(Token)).Text;
}
