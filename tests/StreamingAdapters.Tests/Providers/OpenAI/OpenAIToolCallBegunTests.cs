using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAI.ChatWire;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>A call that comes in pieces is said to have begun; its content is handed out whole, or never.</summary>
public sealed class OpenAIToolCallBegunTests
{
    private static readonly string First = Call("""{"index":0,"id":"a","function":{"name":"f","arguments":""}}""");

    private static readonly string Second = Call("""{"index":1,"id":"b","function":{"arguments":"{}"}}""");

    [Fact]
    public async Task Decode_CallsInPieces_SaysOnceThatEachHasBegun()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(
            Hi + First + Call("""{"index":0,"function":{"arguments":"{\"x\":"}}""") + Call("""{"index":0,"function":{"arguments":"1}"}}""") + Second + Delta("{}", "tool_calls") + Done);

        ChatResponseUpdate[] announced = Announced(answer);
        Assert.Equal(["f", ""], announced.Select(update => update.AdditionalProperties![StreamingKeys.ToolCallBegun]));
        Assert.All(announced, update => Assert.Empty(update.Contents));
        Assert.Equal(["f", ""], answer.Contents.OfType<FunctionCallContent>().Select(call => call.Name));
    }

    [Fact]
    public async Task Decode_CallWithinOneChunk_SaysNothingOfItsBeginning()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(
            Delta("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}""", "tool_calls") + Done);

        Assert.Empty(Announced(answer));
        Assert.Single(answer.Contents.OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task Decode_CutWithinACall_HasSaidThatItBegan()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Hi + First);

        Assert.Same(answer.Updates[^1], Assert.Single(Announced(answer)));
        Assert.Empty(answer.Contents.OfType<FunctionCallContent>());
    }

    private static ChatResponseUpdate[] Announced(DecodedAnswer answer) =>
        [.. answer.Updates.Where(update => update.AdditionalProperties?.ContainsKey(StreamingKeys.ToolCallBegun) is true)];
}
