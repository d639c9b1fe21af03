using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>What other servers of a protocol do differently: the same calls come out, and errors of every shape fail with their kind behind the text.</summary>
public sealed class DeviationTests
{
    private const string Prompt = """call:add {"x":12} call:add {"x":"a \"b\" é"} call:sub {}""";

    private static readonly Dictionary<string, ServerFault> CallFaults = new()
    {
        ["index 0 for every call"] = ServerFault.CallsAtIndexZero(),
        ["no index"] = ServerFault.CallsWithoutIndex(),
        ["no id"] = ServerFault.CallsWithoutId(),
        ["empty names"] = ServerFault.EmptyCallNames(),
        ["repeated names"] = ServerFault.RepeatedCallNames(),
        ["repeated names without index"] = ServerFault.RepeatedCallNames().And(ServerFault.CallsWithoutIndex()),
        ["arguments as object"] = ServerFault.ArgumentsAsObject(),
        ["legacy"] = ServerFault.LegacyFunctionCall(),
        ["no final newline"] = ServerFault.NoFinalNewline(),
    };

    private static readonly Dictionary<string, (ServerFault Fault, ChatErrorKind Kind)> ErrorFaults = new()
    {
        ["event error"] = (ServerFault.EventError(2), ChatErrorKind.ServerError),
        ["error field"] = (ServerFault.ErrorField(2), ChatErrorKind.ServerError),
        ["error object"] = (ServerFault.ErrorObject(2), ChatErrorKind.ContextLengthExceeded),
        ["routed error"] = (ServerFault.RoutedError(2), ChatErrorKind.ServerError),
        ["cloud limit"] = (ServerFault.CloudLimit(2), ChatErrorKind.RateLimited),
        ["cloud sign-in"] = (ServerFault.CloudSignIn(2), ChatErrorKind.Authentication),
    };

    public static TheoryData<string> Calls => [.. CallFaults.Keys];

    public static TheoryData<string> Errors => [.. ErrorFaults.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Stream_DeviatingCalls_GivesTheSameCalls(string deviation)
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);
        server.Enqueue(CallFaults[deviation]);
        using var client = new OpenAIChatClient(new OpenAIOptions { Endpoint = server.Endpoint, Model = "emulated", ApiKey = "test-key" });

        ChatResponse response = await client.GetStreamingResponseAsync(Prompt, new ChatOptions { Tools = [Tool("add"), Tool("sub")] }, Token).ToChatResponseAsync(Token);

        string[] expected = ["""add {"x":12}""", """add {"x":"a \"b\" é"}""", "sub {}"];
        FunctionCallContent[] calls = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
        Assert.Equal(deviation == "legacy" ? expected[..1] : expected, calls.Select(Describe));
        Assert.Equal(calls.Length, calls.Select(call => call.CallId).Distinct().Count());
        Assert.All(calls, call => Assert.NotEmpty(call.CallId));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Stream_ErrorOfAnyShape_FailsWithItsKindBehindTheText(string error)
    {
        bool isOllama = error.StartsWith("cloud", StringComparison.Ordinal);
        await using EmulatedServer server = isOllama ? await EmulatedOllamaServer.StartAsync(cancellationToken: Token) : await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ErrorFaults[error].Fault);
        using IChatClient client = isOllama
            ? new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" })
            : new OpenAIChatClient(new OpenAIOptions { Endpoint = server.Endpoint, Model = "emulated", ApiKey = "test-key" });
        string text = "";

        var failure = await Assert.ThrowsAsync<ChatProviderException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi", cancellationToken: Token))
            {
                text += update.Text;
            }
        });

        Assert.Equal(ErrorFaults[error].Kind, failure.Kind);
        Assert.Equal(TextGenerator.Text(server.Options.Seed, "Hi", 2), text);
    }

    private static AIFunctionDeclaration Tool(string name)
    {
        using JsonDocument schema = JsonDocument.Parse("""{"type":"object"}""");
        return AIFunctionFactory.CreateDeclaration(name, "A tool.", schema.RootElement.Clone());
    }

    private static string Describe(FunctionCallContent call) =>
        $"{call.Name} {{{string.Join(',', call.Arguments!.Select(argument => $"\"{argument.Key}\":{((JsonElement)argument.Value!).GetRawText()}"))}}}";
}
