using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Limits;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Limits;

/// <summary>The limits on one answer.</summary>
public sealed class AnswerLimitsTests
{
    private const string Words = "Grüße 世界 😀 и всё 👩‍👩‍👧 end";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_AnswerOfExactlyTheLimit_Passes(bool streaming)
    {
        using StreamingLimitsChatClient client = Over(StreamScript.New().Text(Words).Finish(), options => options.MaxBytes = Encoding.UTF8.GetByteCount(Words));

        ChatResponse response = streaming
            ? await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token)
            : await client.GetResponseAsync("hi", cancellationToken: Token);

        Assert.Equal(Words, response.Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Stream_EveryLimitAndSplit_DeliversWhatFits(int size)
    {
        StreamScript script = Words.Chunk(size).Aggregate(StreamScript.New(), (longer, piece) => longer.Text(new string(piece))).Finish();
        for (int limit = 1; limit < Encoding.UTF8.GetByteCount(Words); limit++)
        {
            List<string> received = [];
            using StreamingLimitsChatClient client = Over(script, options => options.MaxBytes = limit);

            ChatStreamException failure = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(client, received));

            Assert.Equal(ChatErrorKind.BufferLimitExceeded, failure.Kind);
            string text = string.Concat(received);
            Assert.StartsWith(text, Words, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(text), limit - 3, limit);
        }
    }

    [Fact]
    public async Task Stream_TextIsParted_KeepsWhatHangsOnIt()
    {
        TextContent text = new("Hello, world") { AdditionalProperties = new() { ["own"] = 1 }, Annotations = [new CitationAnnotation { Title = "source" }] };
        using StreamingLimitsChatClient client = Over(StreamScript.New().Content(() => text).Finish(), options => options.MaxBytes = 9);
        List<ChatResponseUpdate> received = [];

        await Assert.ThrowsAsync<ChatStreamException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
            {
                received.Add(update);
            }
        });

        TextContent part = Assert.IsType<TextContent>(Assert.Single(received[^1].Contents));
        Assert.Equal(("Hello, wo", 1), (part.Text, part.AdditionalProperties!["own"]));
        Assert.Equal("source", Assert.IsType<CitationAnnotation>(Assert.Single(part.Annotations!)).Title);
    }

    [Fact]
    public async Task GetResponse_TooLarge_HasTheTextThatFitsAndTheUsage()
    {
        using StreamingLimitsChatClient client = Over(StreamScript.New().Text("Hello, ").Text("world").Usage(3, 5).Finish(), options => options.MaxBytes = 9);

        ChatStreamException failure = await Assert.ThrowsAsync<ChatStreamException>(() => client.GetResponseAsync("hi", cancellationToken: Token));

        Assert.Equal((ChatErrorKind.BufferLimitExceeded, "Hello, wo", "scripted", false), (failure.Kind, failure.Partial, failure.Provider, failure.IsTransient));
        Assert.Contains("9 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Partial", failure.Message, StringComparison.Ordinal);
        AttemptRecord attempt = Assert.Single(AttemptRecord.ReadFrom(failure));
        Assert.Equal((8L, ChatErrorKind.BufferLimitExceeded), (attempt.Usage?.TotalTokenCount, attempt.Kind));
    }

    [Fact]
    public async Task Stream_TooLarge_DisposesTheInnerStreamBeforeTheRestIsHandedOut()
    {
        var inner = new ScriptedChatClient(StreamScript.New().Text("abc").Text("defg").Silence());
        using var client = new StreamingLimitsChatClient(inner, new StreamingLimitsOptions { MaxBytes = 5, MaxConcurrency = 1 });
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        Assert.True(await updates.MoveNextAsync() && await updates.MoveNextAsync());

        Assert.Equal("de", updates.Current.Text);
        Assert.True(inner.Calls[0].IsDisposed);
        await Assert.ThrowsAsync<ChatStreamException>(async () => await updates.MoveNextAsync());
    }

    [Fact]
    public async Task Stream_MoreChunksThanTheLimit_DeliversThoseAndFails()
    {
        List<string> received = [];
        using StreamingLimitsChatClient client = Over(StreamScript.New().Text("a").Text("b").Text("c").Finish(), options => options.MaxChunks = 2);

        ChatStreamException failure = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(client, received));

        Assert.Equal(ChatErrorKind.BufferLimitExceeded, failure.Kind);
        Assert.Contains("2 updates", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], received);
    }

    [Fact]
    public async Task Stream_UpdateOfSeveralContents_HandsOutTheWholeOnesAPartAndTheUsage()
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, [new TextContent("ab"), new TextReasoningContent("cdef"), new TextContent("g"), new UsageContent(new UsageDetails { TotalTokenCount = 8 })])
        {
            MessageId = "m",
            FinishReason = ChatFinishReason.Stop,
        };
        using StreamingLimitsChatClient client = Over(StreamScript.New().Update(update), options => options.MaxBytes = 4);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync("hi", cancellationToken: Token).GetAsyncEnumerator(Token);

        await updates.MoveNextAsync();

        Assert.Equal(["TextContent ab", "TextReasoningContent cd", "UsageContent 8"], updates.Current.Contents.Select(Describe));
        Assert.Equal(("m", null), (updates.Current.MessageId, updates.Current.FinishReason));
        Assert.Equal(4, update.Contents.Count);
    }

    public static TheoryData<string, AIContent, int> Sizes => new()
    {
        { "text", new TextContent("äb"), 3 },
        { "protected reasoning", new TextReasoningContent("ab") { ProtectedData = "cde" }, 5 },
        { "data", new DataContent(new byte[70], "image/png"), 70 },
        { "arguments", new FunctionCallContent("id", "f", new Dictionary<string, object?> { ["ab"] = "cde" }), 6 },
        { "raw arguments", new FunctionCallContent("id", "f") { AdditionalProperties = new() { [StreamingKeys.ArgumentsRaw] = "{broken" } }, 8 },
        { "refusal", new ErrorContent("no"), 2 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Stream_ContentOfAnyKind_CountsItsBytes(string kind, AIContent content, int bytes)
    {
        using StreamingLimitsChatClient wide = Over(StreamScript.New().Content(() => content).Finish(), options => options.MaxBytes = bytes);
        using StreamingLimitsChatClient narrow = Over(StreamScript.New().Content(() => content).Finish(), options => options.MaxBytes = bytes - 1);

        await ReadAsync(wide, []);
        ChatStreamException failure = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(narrow, []));

        Assert.True(failure.Kind is ChatErrorKind.BufferLimitExceeded, kind);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Call_Loop_EndsTheAnswerWithoutQuotingIt(bool streaming, bool reasons)
    {
        const string Passage = "SECRETMARKER is what I was about to say, and ";
        StreamScript loop = Enumerable.Range(0, 50).Aggregate(StreamScript.New(), (script, _) => reasons ? script.Reasoning(Passage).Text("x") : script.Text(Passage)).Finish();
        List<string> received = [];
        using StreamingLimitsChatClient client = Over(loop, options => options.Repetition.Enabled = true);

        ChatStreamException failure = await Assert.ThrowsAsync<ChatStreamException>(
            () => streaming ? ReadAsync(client, received) : client.GetResponseAsync("hi", cancellationToken: Token));

        Assert.Equal(ChatErrorKind.BufferLimitExceeded, failure.Kind);
        Assert.Contains("8 times in a row", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRETMARKER", failure.ToString(), StringComparison.Ordinal);
        if (!reasons)
        {
            Assert.Equal((8 * Passage.Length) - 1, streaming ? string.Concat(received).Length : failure.Partial?.Length);
        }
    }

    [Fact]
    public async Task Stream_LoopWithTheGuardOff_Passes()
    {
        using StreamingLimitsChatClient client = Over(StreamScript.New().Text(new string('a', 10_000)).Finish(), _ => { });

        ChatResponse response = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Equal(10_000, response.Text.Length);
    }

    [Fact]
    public async Task Stream_InAPipeline_HasThePartialAsTheConsumerSawIt()
    {
        using IChatClient client = new ScriptedChatClient(StreamScript.New().Text("abc").Text("defg").Finish()).AsBuilder()
            .UseStreamingErrors()
            .UseStreamingLimits(options => options.MaxBytes = 5)
            .Build();
        List<string> received = [];

        ChatStreamException failure = await Assert.ThrowsAsync<ChatStreamException>(() => ReadAsync(client, received));

        Assert.Equal(("abcde", "abcde"), (failure.Partial, string.Concat(received)));
    }

    private static string Describe(AIContent content) => $"{content.GetType().Name} {(content is UsageContent usage ? $"{usage.Details.TotalTokenCount}" : content.ToString())}";

    private static StreamingLimitsChatClient Over(StreamScript script, Action<StreamingLimitsOptions> configure)
    {
        var options = new StreamingLimitsOptions();
        configure(options);
        return new StreamingLimitsChatClient(new ScriptedChatClient(script), options);
    }

    private static async Task ReadAsync(IChatClient client, List<string> received)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: Token))
        {
            received.Add(update.Text);
        }
    }
}
