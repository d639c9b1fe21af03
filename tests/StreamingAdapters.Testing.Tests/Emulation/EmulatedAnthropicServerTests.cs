using System.Text;
using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class EmulatedAnthropicServerTests
{
    private const string Path = "/v1/messages";

    // What is counted differs with the model and the date of a recording.
    private static readonly string[] Loose = ["usage", "input", "stop_details", "container", "context_management", "caller"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IEnumerable<ITheoryDataRow> Prompts => FixtureFolder.Rows(static () => new TheoryData<string, string>
    {
        { "Hi", "" },
        { "Hi", """,\"thinking\":{"type":"adaptive"}""".Replace("\\\"", "\"", StringComparison.Ordinal) },
        { "call:add {\"x\":1} call:add", """,\"tools\":[{"name":"add","input_schema":{"type":"object"}}]""".Replace("\\\"", "\"", StringComparison.Ordinal) },
    });

    [Fact]
    public async Task Respond_Text_IsNamedEventsInOrder()
    {
        await using EmulatedAnthropicServer server = await EmulatedAnthropicServer.StartAsync(new() { Words = 2 }, Token);
        using ServerClient client = Client(server);

        (string body, _) = await client.ReadAsync(Path, Request("Hi"));

        string[] names = [.. body.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line["event: ".Length..])];
        Assert.Equal(["message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop", "message_delta", "message_stop"], names);
        Assert.Equal(names, EventShapes.Events(body).Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(TextGenerator.Text(1, "Hi", 2), string.Concat(EventShapes.Events(body).Skip(3).Take(2).Select(e => e.GetProperty("delta").GetProperty("text").GetString())));
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public async Task Respond_EveryEvent_HasARecordedShape(string prompt, string more)
    {
        HashSet<string> recorded = EventShapes.Recorded("anthropic", Loose);
        await using EmulatedAnthropicServer server = await EmulatedAnthropicServer.StartAsync(cancellationToken: Token);
        using ServerClient client = Client(server);

        (string body, _) = await client.ReadAsync(Path, Request(prompt, more));

        Assert.All(EventShapes.Of(body, Loose), shape => Assert.Contains(shape, recorded));
    }

    [Fact]
    public async Task Respond_NotStreamed_IsTheSameAnswerWhole()
    {
        await using EmulatedAnthropicServer server = await EmulatedAnthropicServer.StartAsync(new() { Words = 3 }, Token);
        using ServerClient client = Client(server);

        (string body, _) = await client.ReadAsync(Path, Request("Hi").Replace("\"stream\":true", "\"stream\":false", StringComparison.Ordinal));

        JsonElement message = ServerClient.Parse(body);
        Assert.Equal(("message", "end_turn", TextGenerator.Text(1, "Hi", 3)), (message.GetProperty("type").GetString(), message.GetProperty("stop_reason").GetString(), message.GetProperty("content")[0].GetProperty("text").GetString()));
        Assert.Equal(3, message.GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("""{"max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", 400)]
    [InlineData("""{"model":"other","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", 404)]
    [InlineData("""{"model":"emulated","messages":[{"role":"user","content":"Hi"}]}""", 400)]
    [InlineData("""{"model":"emulated","max_tokens":9,"messages":[]}""", 400)]
    public async Task Respond_WrongRequest_IsRefusedInTheProtocolsWords(string body, int status)
    {
        await using EmulatedAnthropicServer server = await EmulatedAnthropicServer.StartAsync(cancellationToken: Token);
        using ServerClient client = Client(server);

        using HttpResponseMessage response = await client.OpenAsync(Path, body);
        (string error, _) = await ServerClient.ReadAsync(response);

        Assert.Equal((status, "error"), ((int)response.StatusCode, ServerClient.Parse(error).GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Respond_WithoutItsVersion_IsRefused()
    {
        await using EmulatedAnthropicServer server = await EmulatedAnthropicServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Request("Hi"));

        Assert.Contains("anthropic-version: header is required", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_FaultOfChatCompletions_IsRefused()
    {
        await using EmulatedAnthropicServer server = await EmulatedAnthropicServer.StartAsync(cancellationToken: Token);

        var error = Assert.Throws<NotSupportedException>(() => server.Enqueue(ServerFault.CallsWithoutId()));

        Assert.Contains("Anthropic", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_StreamError_IsAnEventBehindTheChunks()
    {
        await using EmulatedAnthropicServer server = await EmulatedAnthropicServer.StartAsync(cancellationToken: Token);
        using ServerClient client = Client(server);
        server.Enqueue(ServerFault.StreamError(1, "Overloaded", "overloaded_error"));

        (string body, _) = await client.ReadAsync(Path, Request("Hi"));

        Assert.EndsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", body, StringComparison.Ordinal);
        Assert.Single(EventShapes.Events(body), e => e.GetProperty("type").GetString() == "content_block_delta");
    }

    private static ServerClient Client(EmulatedServer server)
    {
        var client = new ServerClient(server);
        client.Http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        return client;
    }

    private static string Request(string prompt, string more = "") =>
        new StringBuilder("{\"model\":\"emulated\",\"max_tokens\":1000,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":").Append(Requests.Quote(prompt)).Append("}]").Append(more).Append('}').ToString();
}
