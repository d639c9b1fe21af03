using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.OpenAIResponses;

/// <summary>Calls, their results and the answer over an emulated server: with a server that keeps the conversation, and with one that does not.</summary>
public sealed class OpenAIResponsesRoundsTests
{
    private const string Prompt = """call:weather {"city":"Zürich"} call:weather {"city":"Bern"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task TwoRounds_ParallelCalls_AreAnswered(bool isStored, bool streaming)
    {
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(cancellationToken: Token);
        using var client = new OpenAIResponsesChatClient(new OpenAIResponsesOptions { Endpoint = server.Endpoint, Model = "emulated", Store = isStored });
        var options = new ChatOptions { Tools = [SampleTools.Weather], Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low, Output = ReasoningOutput.Full } };
        List<ChatMessage> messages = [new(ChatRole.User, Prompt)];

        ChatResponse first = await AskAsync(client, streaming, messages, options);
        FunctionCallContent[] calls = [.. first.Messages.Single().Contents.OfType<FunctionCallContent>()];
        Assert.Equal(["Zürich", "Bern"], calls.Select(call => $"{call.Arguments!["city"]}"));
        Assert.Equal((ChatFinishReason.ToolCalls, isStored ? first.ResponseId : null), (first.FinishReason, first.ConversationId));

        // A conversation that is kept goes on with what is new.
        messages = isStored ? [] : [.. messages, .. first.Messages];
        options.ConversationId = first.ConversationId;
        messages.Add(new ChatMessage(ChatRole.Tool, [.. calls.Select(AIContent (call) => new FunctionResultContent(call.CallId, $"{call.Arguments!["city"]} is sunny"))]));
        ChatResponse second = await AskAsync(client, streaming, messages, options);

        Assert.Equal(("The tool weather answered: Zürich is sunny The tool weather answered: Bern is sunny", ChatFinishReason.Stop), (second.Text, second.FinishReason));
        string[] kinds = [.. server.Requests[1].Json!.Value.GetProperty("input").EnumerateArray().Select(item => item.GetProperty("type").GetString()!)];
        Assert.Equal(isStored ? ["function_call_output", "function_call_output"] : ["message", "reasoning", "function_call", "function_call", "function_call_output", "function_call_output"], kinds);
    }

    [Fact]
    public async Task SecondRound_AnswerThatIsNotKept_IsRefused()
    {
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(cancellationToken: Token);
        using var client = new OpenAIResponsesChatClient(new OpenAIResponsesOptions { Endpoint = server.Endpoint, Model = "emulated" });

        var error = await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync("Hi", new ChatOptions { ConversationId = "resp_unknown" }, Token));

        Assert.Equal((400, "previous_response_not_found"), (error.StatusCode, error.ErrorCode));
    }

    private static Task<ChatResponse> AskAsync(OpenAIResponsesChatClient client, bool streaming, List<ChatMessage> messages, ChatOptions options) =>
        streaming ? client.GetStreamingResponseAsync(messages, options, Token).ToChatResponseAsync(Token) : client.GetResponseAsync(messages, options, Token);
}
