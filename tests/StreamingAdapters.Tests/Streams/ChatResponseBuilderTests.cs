using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Streams;

public sealed class ChatResponseBuilderTests
{
    [Fact]
    public void ToResponse_AnyUpdates_EqualsToChatResponse()
    {
        for (int seed = 0; seed < 5_000; seed++)
        {
            var builder = new ChatResponseBuilder();
            RandomUpdates.Make(seed).ForEach(builder.Append);

            string built = ResponseJson.Of(builder.ToResponse());

            Assert.True(built == ResponseJson.Of(RandomUpdates.Make(seed)), $"Seed {seed} gives {built} and not {ResponseJson.Of(RandomUpdates.Make(seed))}");
        }
    }

    [Fact]
    public void ToResponse_AfterEachUpdate_EqualsToChatResponseOfThoseBefore()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var builder = new ChatResponseBuilder();
            List<ChatResponseUpdate> updates = RandomUpdates.Make(seed);
            for (int count = 1; count <= updates.Count; count++)
            {
                builder.Append(updates[count - 1]);

                Assert.Equal(ResponseJson.Of(RandomUpdates.Make(seed).Take(count)), ResponseJson.Of(builder.ToResponse()));
            }
        }
    }

    [Fact]
    public void ToResponse_MoreFollows_LeavesTheEarlierAnswerAsItWas()
    {
        var builder = new ChatResponseBuilder();
        builder.Append(new ChatResponseUpdate(ChatRole.Assistant, "Hel") { MessageId = "m", AdditionalProperties = new() { ["k"] = 1 } });
        builder.Append(new ChatResponseUpdate(null, [new UsageContent(new UsageDetails { InputTokenCount = 1 })]) { AdditionalProperties = new() { ["k"] = 1 } });
        ChatResponse earlier = builder.ToResponse();
        string before = ResponseJson.Of(earlier);

        builder.Append(new ChatResponseUpdate(null, "lo") { MessageId = "m", AdditionalProperties = new() { ["k"] = 2 } });
        builder.Append(new ChatResponseUpdate(null, [new UsageContent(new UsageDetails { InputTokenCount = 1 })]) { AdditionalProperties = new() { ["k"] = 2 } });
        builder.Append(new ChatResponseUpdate(ChatRole.Tool, [new FunctionResultContent("c", "r")]));

        Assert.Equal(before, ResponseJson.Of(earlier));
        Assert.Equal(2, builder.ToResponse().Usage!.InputTokenCount);
        Assert.Equal(2, builder.ToResponse().Messages.Count);
    }

    [Fact]
    public void ToResponse_OneText_IsTheSameContent()
    {
        var text = new TextContent("Hello") { RawRepresentation = "raw" };
        var builder = new ChatResponseBuilder();
        builder.Append(new ChatResponseUpdate(ChatRole.Assistant, [text]));

        ChatResponse response = builder.ToResponse();

        Assert.Same(text, Assert.Single(Assert.Single(response.Messages).Contents));
    }

    [Fact]
    public void ToResponse_NoUpdates_HasNoMessages()
    {
        ChatResponse response = new ChatResponseBuilder().ToResponse();

        Assert.Empty(response.Messages);
        Assert.Equal(ResponseJson.Of([]), ResponseJson.Of(response));
    }

    [Fact]
    public void Append_Null_Throws()
    {
        Assert.Throws<ArgumentNullException>("update", () => new ChatResponseBuilder().Append(null!));
    }

    [Theory]
    [InlineData(1, "the same message")]
    [InlineData(7, "text, reasoning and calls in turn")]
    public void Append_TwiceAsManyUpdates_AllocatesTwiceAsMuch(int kinds, string what)
    {
        long once = BytesFor(50_000, kinds);
        once = Math.Min(once, BytesFor(50_000, kinds));

        long twice = BytesFor(100_000, kinds);

        Assert.True(twice < once * 2.5, $"Over {what}, 50,000 updates took {once} bytes and 100,000 took {twice}.");
    }

    [Fact]
    public void Append_Texts_KeepsNoUpdates()
    {
        ChatResponseUpdate[] updates = [.. Enumerable.Range(0, 1_000).Select(_ => new ChatResponseUpdate(ChatRole.Assistant, "word "))];
        var builder = new ChatResponseBuilder();
        builder.Append(updates[0]);
        builder.Append(updates[1]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Array.ForEach(updates, builder.Append);

        // 5,000 characters of 2 bytes, in blocks; a list of the updates alone would be 16,000 bytes.
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(bytes, 10_000, 22_000);
    }

    private static long BytesFor(int count, int kinds)
    {
        ChatResponseUpdate[] updates =
        [
            .. Enumerable.Range(0, count).Select(number => new ChatResponseUpdate(ChatRole.Assistant, [(number % kinds) switch
            {
                0 or 1 or 2 => new TextContent("word "),
                3 or 4 => new TextReasoningContent("thought "),
                _ => new FunctionCallContent("call", "tool"),
            }])),
        ];
        var builder = new ChatResponseBuilder();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Array.ForEach(updates, builder.Append);
        Assert.NotEmpty(builder.ToResponse().Text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
