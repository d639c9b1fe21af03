using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NSubstitute;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Validation;

namespace StreamingAdapters.Tests.Validation;

public sealed class StreamingValidationChatClientTests
{
    // No test waits for it to pass; it ends a test that hangs.
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private static readonly StreamScript Hello = StreamScript.New().Text("Hel").Text("lo").Finish();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_GoodRequest_PassesAsItIs(bool streaming)
    {
        using var inner = new ScriptedChatClient(Hello);
        using var client = new StreamingValidationChatClient(inner);
        var options = new ChatOptions { Temperature = 0.5f };

        string text = await AnswerAsync(client, [Requests.User()], streaming, options);

        Assert.Equal("Hello", text);
        ScriptedChatCall call = Assert.Single(inner.Calls);
        Assert.Same(options, call.Options);
        Assert.Equal(streaming, call.IsStreaming);
    }

    [Fact]
    public void GetStreamingResponseAsync_GoodRequest_IsTheInnerStream()
    {
        IAsyncEnumerable<ChatResponseUpdate> updates = AsyncEnumerable.Empty<ChatResponseUpdate>();
        IChatClient inner = Substitute.For<IChatClient>();
        inner.GetStreamingResponseAsync(Arg.Any<IEnumerable<ChatMessage>>(), Arg.Any<ChatOptions?>(), Arg.Any<CancellationToken>()).Returns(updates);
        using var client = new StreamingValidationChatClient(inner);

        Assert.Same(updates, client.GetStreamingResponseAsync([Requests.User()]));
    }

    [Fact]
    public void GetResponseAsync_GoodRequest_IsTheInnerTask()
    {
        var response = Task.FromResult(new ChatResponse());
        IChatClient inner = Substitute.For<IChatClient>();
        inner.GetResponseAsync(Arg.Any<IEnumerable<ChatMessage>>(), Arg.Any<ChatOptions?>(), Arg.Any<CancellationToken>()).Returns(response);
        using var client = new StreamingValidationChatClient(inner);

        Assert.Same(response, client.GetResponseAsync([Requests.User()]));
    }

    [Fact]
    public void GetStreamingResponseAsync_BadRequest_ThrowsAtTheCall()
    {
        using var inner = new ScriptedChatClient(Hello);
        using var client = new StreamingValidationChatClient(inner);

        var e = Assert.Throws<ChatValidationException>(() => client.GetStreamingResponseAsync([null!], new ChatOptions { Temperature = -1 }));

        Assert.Equal(
            ["messages[0] is null: leave it out.", "ChatOptions.Temperature is -1: it has to be between 0 and 2, or null for the provider's default."], e.Failures);
        Assert.Empty(inner.Calls);
    }

    [Fact]
    public async Task GetResponseAsync_BadRequest_IsAFaultedTask()
    {
        using var inner = new ScriptedChatClient(Hello);
        using var client = new StreamingValidationChatClient(inner);

        Task<ChatResponse> call = client.GetResponseAsync([]);

        Assert.True(call.IsFaulted);
        var e = await Assert.ThrowsAsync<ChatValidationException>(() => call);
        Assert.Null(e.Provider);
        Assert.Empty(inner.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_NoModelAnywhere_Fails(bool streaming)
    {
        using var inner = new ScriptedChatClient(Hello) { ModelId = "" };
        using var client = new StreamingValidationChatClient(inner);

        await Assert.ThrowsAsync<ChatValidationException>(() => AnswerAsync(client, [Requests.User()], streaming));
        Assert.Equal("Hello", await AnswerAsync(client, [Requests.User()], streaming, new ChatOptions { ModelId = "small" }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ListChangedAfterwards_InnerSeesItAsItWas(bool streaming)
    {
        using var inner = new ScriptedChatClient(StreamScript.New().Silence());
        using var client = new StreamingValidationChatClient(inner);
        using var cancellation = new CancellationTokenSource();
        List<ChatMessage> messages = [Requests.User()];

        Task<string> answer;
        if (streaming)
        {
            IAsyncEnumerable<ChatResponseUpdate> updates = client.GetStreamingResponseAsync(messages, cancellationToken: cancellation.Token);
            messages.Add(null!);
            answer = TextAsync(updates);
        }
        else
        {
            answer = AnswerAsync(client, messages, streaming, cancellationToken: cancellation.Token);
            messages.Add(null!);
        }

        ScriptedChatCall call = await inner.WaitForCallAsync(0, TestContext.Current.CancellationToken).WaitAsync(Safety, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();

        Assert.Single(call.Messages);
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_InnerFails_FailsAlike(bool streaming)
    {
        var fault = new ChatStreamException(ChatErrorKind.Network, "Cut.");
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel").Fault(fault));
        using var client = new StreamingValidationChatClient(inner);

        Assert.Same(fault, await Assert.ThrowsAsync<ChatStreamException>(() => AnswerAsync(client, [Requests.User()], streaming)));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Abandoned_DisposesTheInnerStream()
    {
        using var inner = new ScriptedChatClient(Hello);
        using var client = new StreamingValidationChatClient(inner);

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync([Requests.User()]))
        {
            break;
        }

        Assert.True(inner.Calls[0].IsDisposed);
        Assert.Equal(1, inner.Calls[0].UpdatesPulled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_TwoAtATime_AreCheckedEachByItself(bool streaming)
    {
        using var inner = new ScriptedChatClient(Hello);
        using var client = new StreamingValidationChatClient(inner);

        Task<string> good = AnswerAsync(client, [Requests.User()], streaming);
        Task<string> bad = AnswerAsync(client, [], streaming);

        await Assert.ThrowsAsync<ChatValidationException>(() => bad);
        Assert.Equal("Hello", await good);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(2, 1)]
    public async Task Call_LongRequest_IsWarnedOfAndSent(long limit, int warnings)
    {
        using var inner = new ScriptedChatClient(Hello);
        using var loggers = new RecordingLoggers();
        using var client = new StreamingValidationChatClient(inner, new StreamingValidationOptions { WarnCharacters = limit }, loggers);

        await AnswerAsync(client, [Requests.User("abc")], streaming: true);

        Assert.Equal(warnings, loggers.Messages.Count);
        Assert.All(loggers.Messages, message => Assert.StartsWith("Warning: The request has 3 characters of text, more than WarnCharacters (2).", message, StringComparison.Ordinal));
        Assert.DoesNotContain(loggers.Messages, message => message.Contains("abc", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_OptionsChangedAfterwards_ChangesNothing(bool streaming)
    {
        using var inner = new ScriptedChatClient(Hello);
        var options = new StreamingValidationOptions();
        using var client = new StreamingValidationChatClient(inner, options);
        options.MaxCharacters = 1;
        options.UnsupportedContents.Add("*/*");

        Assert.Equal("Hello", await AnswerAsync(client, [Requests.User(new TextContent("abc"), new DataContent(new byte[] { 1 }, "image/png"))], streaming));
    }

    [Fact]
    public void UseStreamingValidation_Configured_IsTheOutermostStage()
    {
        using var inner = new ScriptedChatClient(Hello);
        using IChatClient client = inner.AsBuilder().UseStreamingValidation(options => options.MaxMessages = 1).UseStreamingTimeout().Build();

        Assert.Equal([StreamingStage.Validation, StreamingStage.Timeout], client.GetService<StreamingPipelineDescriptor>()?.Stages);
        Assert.Throws<ChatValidationException>(() => client.GetStreamingResponseAsync([Requests.User(), Requests.User()]));
    }

    private static async Task<string> AnswerAsync(
        StreamingValidationChatClient client, IEnumerable<ChatMessage> messages, bool streaming, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        streaming
            ? await TextAsync(client.GetStreamingResponseAsync(messages, options, cancellationToken))
            : (await client.GetResponseAsync(messages, options, cancellationToken)).Text;

    private static async Task<string> TextAsync(IAsyncEnumerable<ChatResponseUpdate> updates) => (await updates.ToChatResponseAsync()).Text;

    private sealed class RecordingLoggers : ILoggerFactory, ILogger
    {
        public List<string> Messages { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
