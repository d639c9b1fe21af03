using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>Two calls at once, their results and the answer, over every provider's emulated server; what runs the tools is a derived class's.</summary>
public abstract class ToolRoundsSuite
{
    private const string Prompt = """call:weather {"city":"Zürich"} call:weather {"city":"Bern"}""";
    private const string Answer = "The tool weather answered: Zürich is sunny The tool weather answered: Bern is sunny";

    private static readonly Dictionary<string, Func<Task<EmulatedServer>>> Servers = new(StringComparer.Ordinal)
    {
        ["ollama"] = async () => await EmulatedOllamaServer.StartAsync(),
        ["openai"] = async () => await EmulatedOpenAIServer.StartAsync(),
        ["openai-responses"] = async () => await EmulatedOpenAIResponsesServer.StartAsync(),
        ["anthropic"] = async () => await EmulatedAnthropicServer.StartAsync(),
        ["gemini"] = async () => await EmulatedGeminiServer.StartAsync(),
    };

    public static MatrixTheoryData<string, StreamingMode, bool> Cases => new(Servers.Keys, [StreamingMode.Basic, StreamingMode.Enhanced], [true, false]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task ParallelCalls_OverAProvider_AreRunAndAnsweredInTheSecondRound(string provider, StreamingMode mode, bool streaming)
    {
        await using EmulatedServer server = await Servers[provider]();
        List<string> cities = [];
        using IChatClient client = ChatProviderFactory.Create(provider, new ChatProviderOptions { Endpoint = server.Endpoint, Model = "emulated", ApiKey = "key" })
            .AsBuilder()
            .UseStreaming(options => options.Mode = mode, rounds: UseRounds)
            .Build(new TestServices(new ManualTimeProvider()));
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string city) => Say(cities, city), "weather")], Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low } };

        ChatResponse response = await (streaming ? client.GetStreamingResponseAsync(Prompt, options, Token).ToChatResponseAsync(Token) : client.GetResponseAsync(Prompt, options, Token));

        Assert.Equal(["Bern", "Zürich"], cities.Order(StringComparer.Ordinal));
        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(message => message.Role));
        Assert.Equal((Answer, 2), (response.Messages[^1].Text, server.Requests.Count));
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.True(response.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0 }, "No usage was told.");
    }

    /// <summary>Adds what runs the tools that a model asks for.</summary>
    protected abstract void UseRounds(ChatClientBuilder builder);

    private static string Say(List<string> cities, string city)
    {
        lock (cities)
        {
            cities.Add(city);
        }

        return $"{city} is sunny";
    }
}
