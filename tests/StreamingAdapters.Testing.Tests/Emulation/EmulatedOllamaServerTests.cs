using System.Globalization;
using System.Net;
using System.Text.Json;

namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class EmulatedOllamaServerTests
{
    private const string Time = "2026-01-01T00:00:00.0000000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_FixedSeedAndClock_ExactLines()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { Words = 3, TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync("/api/chat", Requests.Ollama("Hi you"));
        (string body, _) = await ServerClient.ReadAsync(response);

        string[] words = [.. TextGenerator.Words(1, "Hi you").Take(3)];
        Assert.Equal(
            $$"""
            {"model":"emulated","created_at":"{{Time}}00Z","message":{"role":"assistant","content":"{{words[0]}}"},"done":false}
            {"model":"emulated","created_at":"{{Time}}01Z","message":{"role":"assistant","content":"{{words[1]}}"},"done":false}
            {"model":"emulated","created_at":"{{Time}}02Z","message":{"role":"assistant","content":"{{words[2]}}"},"done":false}
            {"model":"emulated","created_at":"{{Time}}03Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":104000000,"load_duration":55000000,"prompt_eval_count":2,"prompt_eval_duration":4000000,"eval_count":3,"eval_duration":45000000}

            """,
            body);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Chat_Thinking_LinesBeforeText()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { Words = 1, ReasoningWords = 1, TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);

        string[] lines = await LinesAsync(client, Requests.Ollama("Hi", ",\"think\":\"low\""));

        Assert.Equal(
            $$"""{"model":"emulated","created_at":"{{Time}}00Z","message":{"role":"assistant","content":"","thinking":"{{TextGenerator.Text(2, "Hi", 1)}}"},"done":false}""",
            lines[0]);
        Assert.Equal(TextGenerator.Text(1, "Hi", 1), Content(lines[1]));
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public async Task Chat_CallScript_ParallelCallsWithExactArguments()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);
        const string Prompt = """Do call:add { "x": 1, "deep": {"list":[1,"é"]} } and call:now please""";

        string[] lines = await LinesAsync(client, Requests.Ollama(Prompt, Requests.Tools("add", "now")));

        Assert.Equal(3, lines.Length);
        Assert.Matches(
            $$$$"""^\{"model":"emulated","created_at":"{{{{Time}}}}00Z","message":\{"role":"assistant","content":"","tool_calls":\[\{"id":"call_[a-z0-9]{8}","function":\{"index":0,"name":"add","arguments":\{"x":1,"deep":\{"list":\[1,"é"\]\}\}\}\}\]\},"done":false\}$""",
            lines[0]);
        Assert.Contains("\"function\":{\"index\":1,\"name\":\"now\",\"arguments\":{}}", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"done_reason\":\"stop\"", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_MentionsToolName_CallsItWithSampleArguments()
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);
        const string Tool = """
            ,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city"]}}}]
            """;

        string[] lines = await LinesAsync(client, Requests.Ollama("Use get_weather for Oslo", Tool));

        Assert.Contains("\"name\":\"get_weather\",\"arguments\":{\"city\":\"sample city\"}", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_AfterToolResult_QuotesIt()
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);
        string body = """
            {"model":"emulated","messages":[{"role":"user","content":"call:add {}"},{"role":"assistant","content":"","tool_calls":[]},{"role":"tool","tool_name":"add","content":"the sum is 42"}]
            """ + Requests.Tools("add") + "}";

        string text = string.Concat((await LinesAsync(client, body)).Select(Content));

        Assert.Equal("The tool add answered: the sum is 42", text);
    }

    [Fact]
    public async Task Chat_Schema_AnswersObjectWithRequiredProperties()
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);
        const string Schema = """
            {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":18},"tags":{"type":"array","items":{"type":"string"}},"mood":{"enum":["calm","wild"]},"home":{"$ref":"#/$defs/place"},"extra":{"type":"number"}},"required":["name","age","tags","mood","home"],"$defs":{"place":{"type":"object","properties":{"lat":{"type":"number"}},"required":["lat"]}}}
            """;

        string text = string.Concat((await LinesAsync(client, Requests.Ollama("Who?", $",\"format\":{Schema}"))).Select(Content));

        Assert.Equal("""{"name":"sample name","age":18,"tags":["sample tags"],"mood":"calm","home":{"lat":7}}""", text);
    }

    [Fact]
    public async Task Chat_FormatJson_AnswersObject()
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);

        string text = string.Concat((await LinesAsync(client, Requests.Ollama("Who?", ",\"format\":\"json\""))).Select(Content));

        Assert.Equal(TextGenerator.Text(1, "Who?", 6), ServerClient.Parse(text).GetProperty("answer").GetString());
    }

    [Fact]
    public async Task Chat_NumPredict_CutsAfterSoManyWordsWithLength()
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);

        string[] lines = await LinesAsync(client, Requests.Ollama("Hi", ",\"options\":{\"num_predict\":4}"));

        Assert.Equal(TextGenerator.Text(1, "Hi", 4), string.Concat(lines.Select(Content)));
        Assert.Equal("length", ServerClient.Parse(lines[^1]).GetProperty("done_reason").GetString());
        Assert.Equal(4, ServerClient.Parse(lines[^1]).GetProperty("eval_count").GetInt32());
    }

    [Fact]
    public async Task Chat_Stop_EndsBeforeTheSequence()
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);
        string stop = TextGenerator.Words(1, "Hi").ElementAt(5);

        string text = string.Concat((await LinesAsync(client, Requests.Ollama("Hi", $",\"options\":{{\"stop\":[{Requests.Quote(stop)}]}}"))).Select(Content));

        Assert.Equal(TextGenerator.Text(1, "Hi", 60).Split(stop)[0], text);
    }

    [Fact]
    public async Task Chat_Images_AreCounted()
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);

        string text = string.Concat((await LinesAsync(client, """{"model":"emulated","messages":[{"role":"user","content":"See","images":["AA==","AQ=="]}]}""")).Select(Content));

        Assert.StartsWith("I see 2 images. ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_StreamFalse_OneObjectWithTheSameAnswer()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { Words = 5 });
        using var client = new ServerClient(server);

        string streamed = string.Concat((await LinesAsync(client, Requests.Ollama("Hi"))).Select(Content));
        using HttpResponseMessage response = await client.OpenAsync("/api/chat", Requests.Ollama("Hi", ",\"stream\":false,\"think\":true"));
        JsonElement whole = ServerClient.Parse(await response.Content.ReadAsStringAsync(Token));

        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.NotNull(response.Content.Headers.ContentLength);
        Assert.Equal(streamed, whole.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(TextGenerator.Text(2, "Hi", 12), whole.GetProperty("message").GetProperty("thinking").GetString());
        Assert.True(whole.GetProperty("done").GetBoolean());
        Assert.Equal(17, whole.GetProperty("eval_count").GetInt32());
    }

    [Fact]
    public async Task Generate_Stream_ResponseMemberAndContext()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { Words = 1, TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync("/api/generate", """{"model":"emulated","prompt":"Hi"}""");

        Assert.Equal(
            $$"""
            {"model":"emulated","created_at":"{{Time}}00Z","response":"{{TextGenerator.Text(1, "Hi", 1)}}","done":false}
            {"model":"emulated","created_at":"{{Time}}01Z","response":"","done":true,"done_reason":"stop","context":[1,2,3],"total_duration":72000000,"load_duration":55000000,"prompt_eval_count":1,"prompt_eval_duration":2000000,"eval_count":1,"eval_duration":15000000}

            """,
            body);
    }

    [Theory]
    [InlineData("", "load")]
    [InlineData(",\"keep_alive\":0", "unload")]
    public async Task Chat_WithoutMessages_LoadsOrUnloads(string more, string reason)
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync("/api/chat", $$"""{"model":"emulated","messages":[]{{more}}}""");

        Assert.Equal($$"""{"model":"emulated","created_at":"{{Time}}00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"{{reason}}"}""", body);
    }

    [Theory]
    [InlineData("""{"model":"x","messages":[]}""", 404, """{"error":"model 'x' not found"}""")]
    [InlineData("""{"messages":[]}""", 400, """{"error":"model is required"}""")]
    [InlineData("{", 400, """{"error":"unexpected end of JSON input"}""")]
    public async Task Chat_BadRequest_StatusAndBody(string request, int status, string expected)
    {
        await using EmulatedOllamaServer server = await StartAsync();
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync("/api/chat", request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Chat_ModelCannotThinkOrCall_Answers400()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { SupportsThinking = false, SupportsTools = false });
        using var client = new ServerClient(server);

        (string thinking, _) = await client.ReadAsync("/api/chat", Requests.Ollama("Hi", ",\"think\":true"));
        (string tools, _) = await client.ReadAsync("/api/chat", Requests.Ollama("Hi", Requests.Tools("add")));

        Assert.Equal("""{"error":"\"emulated\" does not support thinking"}""", thinking);
        Assert.Equal("""{"error":"registry.ollama.ai/library/emulated:latest does not support tools"}""", tools);
    }

    [Fact]
    public async Task AnyPath_WrongKey_Answers401()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { ApiKey = "right" });
        using var client = new ServerClient(server);

        using HttpResponseMessage refused = await client.OpenAsync("/api/chat", Requests.Ollama("Hi"));
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", "right");
        using HttpResponseMessage accepted = await client.OpenAsync("/api/chat", Requests.Ollama("Hi"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("\"error\":\"unauthorized\"", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Fact]
    public async Task OtherPaths_TagsVersionRoot()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { Models = ["a", "b:7b"] });
        using var client = new ServerClient(server);

        JsonElement tags = ServerClient.Parse(await client.Http.GetStringAsync("/api/tags", Token));
        string version = await client.Http.GetStringAsync("/api/version", Token);
        using HttpResponseMessage other = await client.Http.GetAsync("/api/nothing", Token);

        Assert.Equal(["a:latest", "b:7b"], tags.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.Equal("""{"version":"0.12.6"}""", version);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task Chat_ChunkCharacters_CutsByScalars()
    {
        await using EmulatedOllamaServer server = await StartAsync(new() { Words = 30, ChunkCharacters = 1 });
        using var client = new ServerClient(server);
        string expected = TextGenerator.Text(1, "Hi", 30);

        string[] chunks = [.. (await LinesAsync(client, Requests.Ollama("Hi"))).Select(Content)];

        Assert.Equal(expected, string.Concat(chunks));
        Assert.Equal(expected.EnumerateRunes().Count(), chunks.Length - 1);
    }

    [Fact]
    public async Task Chat_CreatedAt_ParsesAndAdvancesWithTheClock()
    {
        var clock = new ManualTimeProvider();
        await using EmulatedOllamaServer server = await StartAsync(new() { Words = 1, TimeProvider = clock });
        using var client = new ServerClient(server);
        clock.Advance(TimeSpan.FromHours(1));

        string[] lines = await LinesAsync(client, Requests.Ollama("Hi"));

        string created = ServerClient.Parse(lines[0]).GetProperty("created_at").GetString()!;
        Assert.Equal(clock.GetUtcNow(), DateTimeOffset.Parse(created, CultureInfo.InvariantCulture));
    }

    private static Task<EmulatedOllamaServer> StartAsync(EmulatedServerOptions? options = null) => EmulatedOllamaServer.StartAsync(options, Token);

    private static async Task<string[]> LinesAsync(ServerClient client, string request)
    {
        (string body, Exception? error) = await client.ReadAsync("/api/chat", request);
        Assert.Null(error);
        Assert.EndsWith("\n", body, StringComparison.Ordinal);
        return body.TrimEnd('\n').Split('\n');
    }

    private static string Content(string line) => ServerClient.Parse(line).GetProperty("message").GetProperty("content").GetString()!;
}
