using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers.OpenAIResponses;

/// <summary>Answers in the background are taken up again over an emulated server.</summary>
public sealed class OpenAIResponsesBackgroundTests
{
    private const int Words = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_CutAnywhere_GoesOnBehindTheLastUpdate()
    {
        await using EmulatedOpenAIResponsesServer server = await StartAsync();
        DecodedAnswer whole = await AskAsync(server, "Hi", null);
        Assert.Equal((Words, null), (whole.Text.Split(' ').Length, whole.Failure));
        for (int chunks = 0; chunks <= Words; chunks++)
        {
            server.Enqueue(ServerFault.Cut(chunks));
            DecodedAnswer first = await AskAsync(server, "Hi", null);
            int asked = server.Requests.Count;

            DecodedAnswer second = await AskAsync(server, "Hi", first.Updates[^1].ContinuationToken);

            Assert.Equal(ChatErrorKind.Truncated, first.FailureKind);
            Assert.Equal((whole.Text, null), (first.Text + second.Text, second.Failure));
            Assert.Equal((ChatFinishReason.Stop, (long)Words), (second.FinishReason, second.Usage!.OutputTokenCount));
            Assert.Equal(first.Updates[0].ResponseId, Assert.Single(second.Updates.Select(update => update.ResponseId).Distinct()));
            Assert.Null(second.Updates[^1].ContinuationToken);
            Assert.Equal(("GET", 0), (server.Requests[asked].Method, server.Requests[asked].Body.Length));
        }
    }

    [Fact]
    public async Task Stream_CutAgainAndAgain_GivesTheWholeAnswer()
    {
        await using EmulatedOpenAIResponsesServer server = await StartAsync();
        server.Enqueue(ServerFault.Cut(2), ServerFault.Cut(3, ConnectionCut.Close), ServerFault.Cut(1), ServerFault.Cut(0));
        string text = "";
        ResponseContinuationToken? token = null;
        DecodedAnswer part;
        do
        {
            part = await AskAsync(server, "Hi", token);
            text += part.Text;
            token = part.Updates.Count > 0 ? part.Updates[^1].ContinuationToken : token;
        }
        while (part.Failure is not null);

        Assert.Equal((TextGenerator.Text(1, "Hi", Words), 5), (text, server.Requests.Count));
    }

    [Fact]
    public async Task Stream_CutInsideACall_GivesEachCallOnce()
    {
        await using EmulatedOpenAIResponsesServer server = await StartAsync();
        for (int chunks = 1; chunks <= 12; chunks++)
        {
            server.Enqueue(ServerFault.Cut(chunks));
            DecodedAnswer first = await AskAsync(server, """call:weather {"city":"Zürich"} call:weather {"city":"Bern"}""", null);

            DecodedAnswer second = await AskAsync(server, "", first.Updates[^1].ContinuationToken);

            string[] cities = [.. first.Contents.Concat(second.Contents).OfType<FunctionCallContent>().Select(call => $"{call.Arguments!["city"]}")];
            Assert.Equal(["Zürich", "Bern"], cities);
            Assert.Equal(ChatFinishReason.ToolCalls, second.FinishReason);
        }
    }

    [Fact]
    public async Task Token_SavedAsJson_IsTheSame()
    {
        await using EmulatedOpenAIResponsesServer server = await StartAsync();
        server.Enqueue(ServerFault.Cut(5));
        DecodedAnswer first = await AskAsync(server, "Hi", null);
        string saved = JsonSerializer.Serialize(first.Updates[^1].ContinuationToken, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ResponseContinuationToken)));

        var token = (ResponseContinuationToken)JsonSerializer.Deserialize(saved, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ResponseContinuationToken)))!;

        Assert.Equal(TextGenerator.Text(1, "Hi", Words), first.Text + (await AskAsync(server, "Hi", token)).Text);
    }

    [Fact]
    public async Task GetResponse_WithAToken_WaitsForTheRest()
    {
        await using EmulatedOpenAIResponsesServer server = await StartAsync();
        server.Enqueue(ServerFault.Cut(5));
        DecodedAnswer first = await AskAsync(server, "Hi", null);
        using OpenAIResponsesChatClient client = Connect(server);

        ChatResponse rest = await client.GetResponseAsync([], new ChatOptions { ContinuationToken = first.Updates[^1].ContinuationToken }, Token);

        Assert.Equal((TextGenerator.Text(1, "Hi", Words), ChatFinishReason.Stop), (first.Text + rest.Text, rest.FinishReason));
    }

    [Fact]
    public async Task Stream_TokenOfAnUnknownAnswer_FailsWithTheServersError()
    {
        await using EmulatedOpenAIResponsesServer server = await StartAsync();
        server.Enqueue(ServerFault.Cut(5));
        ResponseContinuationToken? token = (await AskAsync(server, "Hi", null)).Updates[^1].ContinuationToken;
        await using EmulatedOpenAIResponsesServer other = await StartAsync();

        var error = Assert.IsType<ChatProviderException>((await AskAsync(other, "Hi", token)).Failure);

        Assert.Equal(404, error.StatusCode);
    }

    private static Task<EmulatedOpenAIResponsesServer> StartAsync() => EmulatedOpenAIResponsesServer.StartAsync(new EmulatedServerOptions { Words = Words }, Token);

    private static OpenAIResponsesChatClient Connect(EmulatedOpenAIResponsesServer server) => new(new OpenAIResponsesOptions { Endpoint = server.Endpoint, Model = "emulated" });

    // A client of its own for each call: nothing of an answer is kept between them.
    private static async Task<DecodedAnswer> AskAsync(EmulatedOpenAIResponsesServer server, string prompt, ResponseContinuationToken? token)
    {
        using OpenAIResponsesChatClient client = Connect(server);
        var options = new ChatOptions { AllowBackgroundResponses = true, ContinuationToken = token, Tools = [SampleTools.Weather] };
        return await DecodedAnswer.CollectAsync(client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, prompt)], options, Token));
    }
}
