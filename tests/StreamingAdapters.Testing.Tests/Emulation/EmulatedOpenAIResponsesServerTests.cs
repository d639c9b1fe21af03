using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class EmulatedOpenAIResponsesServerTests
{
    private const string Path = "/v1/responses";

    // Members that only some of the recorded events have, or whose shape depends on what was asked.
    private static readonly string[] Loose = ["response", "obfuscation", "logprobs", "arguments", "annotations", "summary", "encrypted_content"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IEnumerable<ITheoryDataRow> Prompts => FixtureFolder.Rows(static () => new TheoryData<string, string>
    {
        { "Hi", "" },
        { "Hi", ",\"reasoning\":{\"effort\":\"low\"}" },
        { "call:add {\"x\":1} call:add", """,\"tools\":[{"type":"function","name":"add","parameters":{"type":"object"}}]""".Replace("\\\"", "\"", StringComparison.Ordinal) },
    });

    [Fact]
    public async Task Respond_Text_NumbersItsEventsAndNamesThem()
    {
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(new() { Words = 2 }, Token);
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Request("Hi"));

        string[] names = [.. body.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line["event: ".Length..])];
        JsonElement[] events = [.. EventShapes.Events(body)];
        Assert.Equal(
            ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"],
            names);
        Assert.Equal(names, events.Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(Enumerable.Range(0, events.Length), events.Select(e => e.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(TextGenerator.Text(1, "Hi", 2), events[6].GetProperty("text").GetString());
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public async Task Respond_EveryEvent_HasARecordedShape(string prompt, string more)
    {
        HashSet<string> recorded = EventShapes.Recorded("openai-responses", Loose);
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Request(prompt, more));

        Assert.All(EventShapes.Of(body, Loose), shape => Assert.Contains(shape, recorded));
    }

    [Fact]
    public async Task Get_InTheBackground_GoesOnBehindTheEvent()
    {
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(new() { Words = 5 }, Token);
        using var client = new ServerClient(server);
        (string body, _) = await client.ReadAsync(Path, Request("Hi", ",\"background\":true"));
        string id = EventShapes.Events(body).First().GetProperty("response").GetProperty("id").GetString()!;

        string rest = await client.Http.GetStringAsync($"{Path}/{id}?stream=true&starting_after=6", Token);
        string whole = await client.Http.GetStringAsync($"{Path}/{id}", Token);

        Assert.Equal(EventShapes.Events(body).Skip(7).Select(e => e.GetRawText()), EventShapes.Events(rest).Select(e => e.GetRawText()));
        Assert.Equal("completed", ServerClient.Parse(whole).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(",\"store\":true", 400)]
    [InlineData(",\"store\":false", 404)]
    [InlineData(",\"background\":true", 400, "&starting_after=abc")]
    public async Task Get_WhatCannotGoOn_IsRefused(string more, int status, string query = "")
    {
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        (string body, _) = await client.ReadAsync(Path, Request("Hi", more));
        string id = EventShapes.Events(body).First().GetProperty("response").GetProperty("id").GetString()!;

        using HttpResponseMessage response = await client.Http.GetAsync($"{Path}/{id}?stream=true{query}", Token);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("""{"input":"Hi"}""", 400)]
    [InlineData("""{"model":"other","input":"Hi"}""", 404)]
    [InlineData("""{"model":"emulated"}""", 400)]
    [InlineData("""{"model":"emulated","input":"Hi","previous_response_id":"r"}""", 400)]
    public async Task Respond_WrongRequest_IsRefused(string body, int status)
    {
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync(Path, body);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Enqueue_FaultOfChatCompletions_IsRefused()
    {
        await using EmulatedOpenAIResponsesServer server = await EmulatedOpenAIResponsesServer.StartAsync(cancellationToken: Token);

        var error = Assert.Throws<NotSupportedException>(() => server.Enqueue(ServerFault.CallsWithoutId()));

        Assert.Contains("OpenAI Responses", error.Message, StringComparison.Ordinal);
    }

    private static string Request(string prompt, string more = "") => $"{{\"model\":\"emulated\",\"stream\":true,\"input\":{Requests.Quote(prompt)}{more}}}";
}
