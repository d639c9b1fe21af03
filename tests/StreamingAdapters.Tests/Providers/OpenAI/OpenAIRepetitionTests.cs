using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>What comes twice is handed out once, what comes in halves is joined, and what comes beside an error is delivered.</summary>
public sealed class OpenAIRepetitionTests
{
    private const string Done = "data: [DONE]\n\n";

    [Fact]
    public async Task Decode_FinishChunkRepeatsTheCalls_HandsThemOutOnce()
    {
        const string finish = """data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""" + "\n\n";

        DecodedAnswer answer = await Decoding.OfChatAsync(finish + finish + Done);

        Assert.Equal("a", Assert.Single(answer.Contents.OfType<FunctionCallContent>()).CallId);
    }

    [Fact]
    public async Task Decode_OtherChoicesGoOnAfterTheFinishReason_ComeOnceAndWhole()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(
            Choice(1, """{"content":"x"}""") + Choice(0, """{"content":"A"}""", "stop") + Choice(1, """{"content":"y\ud83d"}""") + Choice(1, """{"content":"\ude00"}""", "stop") + Done);

        ChatResponseUpdate update = Assert.Single(answer.Updates, update => update.AdditionalProperties?.ContainsKey("other_choices") is true);
        Assert.Same(answer.Updates[^1], update);
        Assert.Equal("xy😀", ((Dictionary<string, object?>)update.AdditionalProperties!["other_choices"]!)["1"]);
    }

    [Fact]
    public async Task Decode_RefusalCutBetweenSurrogates_IsJoined()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Choice(0, """{"refusal":"no \ud83d"}""") + Choice(0, """{"refusal":"\ude00"}""", "stop") + Done);

        Assert.Equal("no 😀", Assert.Single(answer.Contents.OfType<ErrorContent>()).Message);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"error\"")]
    public async Task Decode_ContentBesideAnError_IsDeliveredBeforeIt(string finishReason)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(
            "data: {\"error\":{\"code\":502,\"message\":\"gone\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"tail\"},\"finish_reason\":" + finishReason + "}]}\n\n" + Done);

        Assert.Equal("tail", answer.Text);
        Assert.Equal("gone", Assert.IsType<ChatProviderException>(answer.Failure).ProviderMessage);
    }

    [Theory]
    [InlineData("""{"\ud83d":1,"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}""", "Hi")]
    [InlineData("""{"choices":[{"\ud83d":1,"index":0,"delta":{"\ude00":{},"content":"Hi"},"finish_reason":"stop"}]}""", "Hi")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"Hi","tool_calls":[{"\ud83d":1,"index":0,"id":"a","function":{"\ud83d":2,"name":"f"}}]},"finish_reason":"stop"}],"usage":{"\ud83d":1,"prompt_tokens":1}}""", "Hi")]
    public async Task Decode_MemberNamesWithHalfASurrogatePair_AreUnknownMembers(string chunk, string text)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync($"data: {chunk}\n\n{Done}");

        Assert.Null(answer.Failure);
        Assert.Equal(text, answer.Text);
    }

    [Theory]
    [InlineData("""{"\ud83d":1,"message":{"content":"Hi"},"done":false}""")]
    [InlineData("""{"message":{"\ud83d":1,"content":"Hi","tool_calls":[{"\ud83d":1,"function":{"\ude00":1,"name":"f","arguments":{"\ud83d":"\ud83d"}}}]},"done":false}""")]
    public async Task Decode_OllamaNamesWithHalfASurrogatePair_AreUnknownMembers(string line)
    {
        DecodedAnswer answer = await Decoding.OfOllamaAsync(line + "\n{\"done\":true}\n");

        Assert.Null(answer.Failure);
        Assert.Equal("Hi", answer.Text);
    }

    [Fact]
    public async Task Decode_OllamaCloudMembers_AreToldOnceAndAgainWhenTheyChange()
    {
        DecodedAnswer answer = await Decoding.OfOllamaAsync(Cloud("a", "1") + Cloud("a", "2") + Cloud("b", "3") + "{\"remote_model\":\"b\",\"done\":true}\n");

        Assert.Equal(["a", null, "b", null], answer.Updates.Select(update => update.AdditionalProperties?.GetValueOrDefault("remote_model")));
        Assert.Equal("123", answer.Text);

        static string Cloud(string model, string text) => $$"""{"remote_model":"{{model}}","message":{"content":"{{text}}"},"done":false}""" + "\n";
    }

    private static string Choice(int index, string delta, string? finishReason = null) =>
        $$"""data: {"choices":[{"index":{{index}},"delta":{{delta}},"finish_reason":{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}]}""" + "\n\n";
}
