using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Streams;

public sealed class PromptTextsTests
{
    [Fact]
    public void Texts_OfEveryKind_AreWhatTheServerMayEcho()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.System, "system"),
            new(ChatRole.User, [new TextContent("question"), new TextContent(""), new DataContent("data:image/png;base64,AA==")]),
            new(ChatRole.Assistant, [new TextReasoningContent("thought"), new FunctionCallContent("id", "f"), new TextContent("answer")]),
            new(ChatRole.Tool, [new FunctionResultContent("id", "result"), new FunctionResultContent("id", 5)]),
        ];
        var texts = new PromptTexts(messages, new ChatOptions { Instructions = "instructions" });

        Assert.Equal(["instructions", "system", "question", "thought", "answer", "result"], texts);
        Assert.Equal(6, texts.Count);
        Assert.Equal("question", texts[2]);
    }

    [Fact]
    public void Texts_NothingSaid_AreNone()
    {
        Assert.Empty(new PromptTexts([], null));
        Assert.Empty(new PromptTexts([new ChatMessage(ChatRole.User, [])], new ChatOptions()));
    }

    [Fact]
    public void Texts_Untouched_ReadNoMessage()
    {
        IReadOnlyList<ChatMessage> messages = NSubstitute.Substitute.For<IReadOnlyList<ChatMessage>>();
        var texts = new PromptTexts(messages, null);

        Assert.NotNull(texts);
        Assert.Empty(NSubstitute.SubstituteExtensions.ReceivedCalls(messages));
    }
}
