using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Providers;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>Two calls at once, their results and the answer, over every emulated server, bare and under the enhanced pipeline.</summary>
public sealed class ToolRoundsTests
{
    private const string Prompt = """call:weather {"city":"Zürich"} call:weather {"city":"Bern"}""";
    private const string Answer = "The tool weather answered: Zürich is sunny The tool weather answered: Bern is sunny";

    private static readonly Dictionary<string, Func<CancellationToken, Task<EmulatedServer>>> Servers = new(StringComparer.Ordinal)
    {
        ["ollama"] = async token => await EmulatedOllamaServer.StartAsync(cancellationToken: token),
        ["openai-compatible"] = async token => await EmulatedOpenAIServer.StartAsync(cancellationToken: token),
        ["openai-responses"] = async token => await EmulatedOpenAIResponsesServer.StartAsync(cancellationToken: token),
        ["anthropic"] = async token => await EmulatedAnthropicServer.StartAsync(cancellationToken: token),
        ["gemini"] = async token => await EmulatedGeminiServer.StartAsync(cancellationToken: token),
    };

    public static MatrixTheoryData<string, bool, bool> Cases => new(Servers.Keys, [true, false], [true, false]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Ask_ParallelCalls_AreAnsweredInTheSecondRound(string provider, bool streaming, bool isEnhanced)
    {
        await using EmulatedServer server = await Servers[provider](Token);
        IChatClient bare = ChatProviderFactory.Create(provider, new ChatProviderOptions { Endpoint = server.Endpoint, Model = "emulated", ApiKey = "key" });
        using IChatClient client = isEnhanced ? bare.Enhanced(new TestServices(new ManualTimeProvider())) : bare;
        var options = new ChatOptions { Tools = [SampleTools.Weather] };
        List<ChatMessage> messages = [new(ChatRole.User, Prompt)];

        ChatResponse first = await AskAsync(client, streaming, messages, options);
        FunctionCallContent[] calls = [.. first.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
        messages.AddRange(first.Messages);
        messages.Add(new ChatMessage(ChatRole.Tool, [.. calls.Select(AIContent (call) => new FunctionResultContent(call.CallId, $"{call.Arguments!["city"]} is sunny"))]));
        ChatResponse second = await AskAsync(client, streaming, messages, options);

        Assert.Equal(["Zürich", "Bern"], calls.Select(call => $"{call.Arguments!["city"]}"));
        Assert.Equal(2, calls.Select(call => call.CallId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((Answer, 2), (second.Text, server.Requests.Count));
        Assert.Equal(ChatFinishReason.Stop, second.FinishReason);
        Assert.True(second.Usage is { OutputTokenCount: > 0 }, "No usage was told.");
    }

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming, List<ChatMessage> messages, ChatOptions options) =>
        streaming ? client.GetStreamingResponseAsync(messages, options, Token).ToChatResponseAsync(Token) : client.GetResponseAsync(messages, options, Token);
}
