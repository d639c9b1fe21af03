using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>Requests whose last message is the assistant's, and models that a test plays itself.</summary>
public sealed class PrefillTests
{
    private const string Ollama = FaultRun.Ollama;
    private const string OpenAI = FaultRun.OpenAI;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task Chat_PrefillCutAnywhere_GoesOnExactlyThere(string serverName)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName);
        using IChatClient client = ClientOf(serverName, server);
        string whole = TextGenerator.Text(1, "Hi", 4);

        for (int at = 1; at <= whole.Length; at++)
        {
            Assert.Equal(whole[at..], await AskAsync(client, User("Hi"), Assistant(whole[..at])));
        }
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task Chat_PrefillIsNotItsText_AnswersAsIfThereWereNone(string serverName)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName);
        using IChatClient client = ClientOf(serverName, server);

        string answer = await AskAsync(client, User("Hi"), Assistant("Nothing like it"));

        Assert.Equal(TextGenerator.Text(1, "Hi", 4), answer);
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task Chat_PrefillBehindToolResult_GoesOnInTheAnswerToTheResult(string serverName)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName);
        using IChatClient client = ClientOf(serverName, server);
        ChatMessage[] messages =
        [
            User("call:add"),
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "add")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "42")]),
            Assistant("The tool add ans"),
        ];

        string answer = await AskAsync(client, messages);

        Assert.Equal("wered: 42", answer);
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task SupportsPrefill_Off_RefusesOnlyAnAssistantsLastMessage(string serverName)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName, new() { Words = 4, SupportsPrefill = false });
        using IChatClient client = ClientOf(serverName, server);

        string answer = await AskAsync(client, User("Hi"), Assistant("Hello"), User("Hi"));
        var error = await Assert.ThrowsAsync<ChatProviderException>(() => AskAsync(client, User("Hi"), Assistant("Hello")));

        Assert.Equal(TextGenerator.Text(1, "Hi", 4), answer);
        Assert.Equal((400, ChatErrorKind.UnsupportedFeature, "prefill"), (error.StatusCode, error.Kind, error.Feature));
    }

    [Theory]
    [InlineData(Ollama, """{"error":"This model does not support assistant message prefill. The conversation must end with a user message."}""")]
    [InlineData(OpenAI, """{"error":{"message":"This model does not support assistant message prefill. The conversation must end with a user message.","type":"invalid_request_error","param":null,"code":null}}""")]
    public async Task SupportsPrefill_Off_BodyOfTheProtocol(string serverName, string expected)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName, new() { SupportsPrefill = false });
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(FaultRun.PathOf(serverName), """{"model":"emulated","messages":[{"role":"assistant","content":"Hello"}]}""");

        Assert.Equal(expected, body);
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task Answer_SeesAllMessages_AndItsTextIsSentAsGiven(string serverName)
    {
        IReadOnlyList<ChatMessage>? seen = null;
        await using EmulatedServer server = await FaultRun.StartAsync(serverName, new() { Answer = messages => Script(seen = messages) });
        using IChatClient client = ClientOf(serverName, server);

        string answer = await AskAsync(client, new(ChatRole.System, "Be kind."), User("Hi"), Assistant(" two"));

        Assert.Equal(" two  words\n\nand “quotes”", answer);
        Assert.Equal([(ChatRole.System, "Be kind."), (ChatRole.User, "Hi"), (ChatRole.Assistant, " two")], seen!.Select(message => (message.Role, message.Text)));

        static string Script(IReadOnlyList<ChatMessage> messages) => messages[^1].Text + "  words\n\nand “quotes”";
    }

    [Theory]
    [InlineData(Ollama)]
    [InlineData(OpenAI)]
    public async Task Answer_Null_TheModelAnswers(string serverName)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(serverName, new() { Words = 4, Answer = static _ => null });
        using IChatClient client = ClientOf(serverName, server);

        Assert.Equal(TextGenerator.Text(1, "Hi", 4), await AskAsync(client, User("Hi")));
    }

    [Fact]
    public async Task Answer_MessageCallsTool_TextAndNoCall()
    {
        await using EmulatedServer server = await FaultRun.StartAsync(OpenAI, new() { Answer = static _ => "no" });
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync("/v1/chat/completions", Requests.OpenAI("call:add", Requests.Tools("add"), stream: false));

        Assert.Contains("\"content\":\"no\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("tool_calls", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_Generate_SystemAndPrompt()
    {
        await using EmulatedServer server = await FaultRun.StartAsync(
            Ollama, new() { Answer = static messages => string.Join('|', messages.Select(static message => $"{message.Role}={message.Text}")) });
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync("/api/generate", """{"model":"emulated","stream":false,"system":"Be kind.","prompt":"Hi"}""");

        Assert.Contains("\"response\":\"system=Be kind.|user=Hi\"", body, StringComparison.Ordinal);
    }

    private static IChatClient ClientOf(string serverName, EmulatedServer server) => serverName == Ollama
        ? new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" })
        : new OpenAIChatClient(new OpenAIOptions { Endpoint = server.Endpoint, Model = "emulated", ApiKey = "key" });

    private static ChatMessage User(string text) => new(ChatRole.User, text);

    private static ChatMessage Assistant(string text) => new(ChatRole.Assistant, text);

    private static async Task<string> AskAsync(IChatClient client, params ChatMessage[] messages) =>
        (await client.GetResponseAsync(messages, cancellationToken: Token)).Text;
}
