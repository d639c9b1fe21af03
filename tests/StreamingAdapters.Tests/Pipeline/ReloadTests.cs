using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Errors;
using StreamingAdapters.Pipeline;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Configuration that changes while a pipeline works.</summary>
public sealed class ReloadTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reload_CallInFlight_EndsAsItBeganAndTheNextOneIsNew(bool streaming)
    {
        var settings = new ChatSettings(("Mode", "Enhanced"), ("Timeout:Total", "00:01:00"));
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Silence());
        using IChatClient client = Build(inner, settings);

        Task<ChatResponse> before = client.AskAsync(streaming);
        await (await inner.WaitForCallAsync(0, Token)).Pending.WaitAsync(Token);
        settings.Set(("Mode", "Basic"));
        Task<ChatResponse> after = client.AskAsync(streaming);
        await (await inner.WaitForCallAsync(1, Token)).Pending.WaitAsync(Token);
        _time.Advance(Minute);

        ChatTimeoutException failure = await Assert.ThrowsAsync<ChatTimeoutException>(() => before);
        Assert.Equal(ChatTimeoutPhase.Total, failure.Phase);
        Assert.False(after.IsCompleted);
        Assert.False(inner.Calls[1].IsDisposed);
    }

    [Fact]
    public async Task Reload_StreamNotYetEnumerated_RunsThroughTheNewPipelineWithTheMessagesOfTheCall()
    {
        List<WatchedChatClient> built = [];
        var settings = new ChatSettings();
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Finish());
        using IChatClient client = Build(inner, settings, rounds => rounds.Use(next => Watch(next, built)));
        List<ChatMessage> messages = [new(ChatRole.User, "hi")];

        IAsyncEnumerable<ChatResponseUpdate> stream = client.GetStreamingResponseAsync(messages, cancellationToken: Token);
        messages.Clear();
        settings.Set(("Mode", "Enhanced"));
        int disposals = built[0].Disposals;
        ChatResponse response = await stream.ToChatResponseAsync(Token);

        Assert.Equal(1, disposals);
        Assert.Equal("a", response.Text);
        Assert.Equal("hi", Assert.Single(inner.Calls[0].Messages).Text);
    }

    [Theory]
    [InlineData("Timeout:Idle", "soon", "Chat:Timeout:Idle is 'soon': it has to be a duration such as 00:02:00.")]
    [InlineData("Timeout:Idel", "00:01:00", "Chat:Timeout:Idel is unknown: the keys here are Enabled, FirstContent, Idle, Total.")]
    [InlineData("Timeout:Total", "-00:01:00", "Chat:Timeout:Total is -00:01:00: it has to be longer than zero")]
    public async Task Reload_Wrong_KeepsThePipelineAndLogsEveryFailure(string key, string value, string sentence)
    {
        var settings = new ChatSettings(("Mode", "Enhanced"));
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Finish());
        using IChatClient client = Build(inner, settings);
        StreamingPipelineDescriptor before = client.Describe();

        settings.Set((key, value), ("Mode", "Fancy"));

        string line = Assert.Single(_log.At(LogLevel.Error));
        Assert.StartsWith("The configuration 'Chat' has changed and is wrong, the pipeline stays as it was.", line, StringComparison.Ordinal);
        Assert.Contains(sentence, line, StringComparison.Ordinal);
        Assert.Contains("Chat:Mode is 'Fancy': it has to be one of Basic, Enhanced.", line, StringComparison.Ordinal);
        Assert.Same(before, client.Describe());
        Assert.Equal("a", (await client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public void Reload_WrongAndThenRight_TakesTheRight()
    {
        var settings = new ChatSettings(("Mode", "Enhanced"));
        using IChatClient client = Build(new ScriptedChatClient(StreamScript.New()), settings);

        settings.Set(("Mode", "Fancy"));
        settings.Set(("Mode", "Basic"));

        Assert.Equal(StreamingMode.Basic, client.Describe().Mode);
        Assert.Contains("Basic", Assert.Single(_log.At(LogLevel.Information)), StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_NothingOfTheSectionChanged_BuildsNothing()
    {
        int built = 0;
        var settings = new ChatSettings();
        using IChatClient client = Build(new ScriptedChatClient(StreamScript.New()), settings, _ => built++);

        settings.Root["Other"] = "x";
        settings.Set();

        Assert.Equal(1, built);
    }

    [Fact]
    public async Task Reload_RoundsThrow_KeepsThePipelineAndLogs()
    {
        bool fails = false;
        var settings = new ChatSettings();
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Finish());
        using IChatClient client = Build(inner, settings, _ => ThrowIf(fails));
        fails = true;

        settings.Set(("Mode", "Enhanced"));

        Assert.Equal("The configuration 'Chat' has changed, but no pipeline could be built from it; it stays as it was.", Assert.Single(_log.At(LogLevel.Error)));
        Assert.Equal(StreamingMode.Basic, client.Describe().Mode);
        Assert.Equal("a", (await client.AskAsync(streaming: false)).Text);
        Assert.False(inner.IsDisposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reload_OldPipeline_EndsWithItsLastCallAndLeavesTheProvider(bool streaming)
    {
        List<WatchedChatClient> built = [];
        var settings = new ChatSettings();
        var inner = new ScriptedChatClient(_time, StreamScript.New().Text("a").Delay(Minute).Text("b").Finish());
        var provider = new WatchedChatClient(inner);
        IChatClient client = Build(provider, settings, rounds => rounds.Use(next => Watch(next, built)));

        Task<ChatResponse> call = client.AskAsync(streaming);
        await _time.WaitForTimersAsync(1, Token);
        settings.Set(("Mode", "Enhanced"));
        int whileItRuns = built[0].Disposals;
        _time.Advance(Minute);
        ChatResponse response = await call;
        int afterIt = built[0].Disposals;
        int providerBefore = provider.Disposals;
        client.Dispose();
        client.Dispose();

        Assert.Equal("ab", response.Text);
        Assert.Equal((0, 1), (whileItRuns, afterIt));
        Assert.Equal([1, 1], built.Select(link => link.Disposals));
        Assert.Equal((0, 1), (providerBefore, provider.Disposals));
    }

    [Fact]
    public async Task Reload_OldPipelineOfAStreamLeftByBreak_Ends()
    {
        List<WatchedChatClient> built = [];
        var settings = new ChatSettings();
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Finish());
        using IChatClient client = Build(inner, settings, rounds => rounds.Use(next => Watch(next, built)));

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            settings.Set(("Mode", "Enhanced"));
            Assert.Equal(0, built[0].Disposals);
            break;
        }

        Assert.Equal(1, built[0].Disposals);
        Assert.Equal(0, built[1].Disposals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_CallsAndChangesAfterwards_AreRefusedAndIgnored(bool streaming)
    {
        var settings = new ChatSettings();
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Finish());
        int built = 0;
        IChatClient client = Build(inner, settings, _ => built++);

        client.Dispose();
        settings.Set(("Mode", "Enhanced"));

        Assert.True(inner.IsDisposed);
        Assert.Equal(1, built);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.AskAsync(streaming));
        Assert.Empty(_log.All);
    }

    [Fact]
    public async Task Dispose_WhileReloading_DisposesEveryPipelineAndTheProviderOnce()
    {
        List<WatchedChatClient> built = [];
        var settings = new ChatSettings();
        var provider = new WatchedChatClient(new ScriptedChatClient(StreamScript.New().Text("a").Finish()));
        IChatClient client = Build(provider, settings, rounds => rounds.Use(next => Watch(next, built)));

        Task reloads = Task.Run(
            () =>
            {
                for (int index = 0; index < 200; index++)
                {
                    settings.Set(("Mode", index % 2 == 0 ? "Enhanced" : "Basic"));
                }
            },
            Token);
        for (int index = 0; index < 200; index++)
        {
            Assert.Equal("a", (await client.AskAsync(index % 2 == 0)).Text);
        }

        client.Dispose();
        await reloads;

        Assert.Equal(1, provider.Disposals);
        Assert.All(built, link => Assert.Equal(1, link.Disposals));
    }

    [Fact]
    public void Reload_ConfigurationThatCannotBeRead_IsLoggedAndNotThrown()
    {
        var store = new FailingStore();
        IConfigurationRoot settings = new ConfigurationBuilder().Add(store).Build();
        using IChatClient client = new ScriptedChatClient(StreamScript.New().Text("a").Finish()).AsBuilder().UseStreaming(settings).Build(new TestServices(_time, _log));

        store.Fail();

        Assert.Single(_log.At(LogLevel.Error));
        Assert.Equal(StreamingMode.Basic, client.Describe().Mode);
    }

    [Fact]
    public void Exit_LinkThatFailsToEnd_LeavesNoProviderBehind()
    {
        var client = new WatchedChatClient(new ScriptedChatClient(StreamScript.New().Text("a").Finish()));
        var provider = new SharedProvider(client, settings: null);
        var source = new PipelineSource(() => new StreamingOptions(), Section: null, rounds => rounds.Use(next => new FailingLink(next)), new PipelineState());
        PipelineSnapshot pipeline = PipelineSnapshot.Build(new PipelineProviders(provider, [], []), source.Read(), source, new TestServices());
        provider.Exit();

        Assert.Throws<InvalidOperationException>(pipeline.Exit);

        Assert.Equal(1, client.Disposals);
    }

    public void Dispose() => _log.Dispose();

    private sealed class FailingLink(IChatClient innerClient) : DelegatingChatClient(innerClient)
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            throw new InvalidOperationException("Not today.");
        }
    }

    private sealed class FailingStore : ConfigurationProvider, IConfigurationSource
    {
        private bool _fails;

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
            _fails ? throw new InvalidOperationException("The store is away.") : base.GetChildKeys(earlierKeys, parentPath);

        public void Fail()
        {
            _fails = true;
            OnReload();
        }
    }

    private static void ThrowIf(bool fails)
    {
        if (fails)
        {
            throw new InvalidOperationException("No tools today.");
        }
    }

    private static WatchedChatClient Watch(IChatClient next, List<WatchedChatClient> built)
    {
        var link = new WatchedChatClient(next);
        lock (built)
        {
            built.Add(link);
        }

        return link;
    }

    private IChatClient Build(IChatClient inner, ChatSettings settings, Action<ChatClientBuilder>? rounds = null) =>
        inner.AsBuilder().UseStreaming(settings.Section, rounds).Build(new TestServices(_time, _log));
}
