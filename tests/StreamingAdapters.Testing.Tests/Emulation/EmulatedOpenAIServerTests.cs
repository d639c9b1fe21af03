using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class EmulatedOpenAIServerTests
{
    private const string Path = "/v1/chat/completions";
    private const long Created = 1767225600;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_FixedSeedAndClock_ExactFrames()
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { Words = 2, TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync(Path, Requests.OpenAI("Hi you", ",\"stream_options\":{\"include_usage\":true}"));
        (string body, _) = await ServerClient.ReadAsync(response);

        string[] words = [.. TextGenerator.Words(1, "Hi you").Take(2)];
        string id = ServerClient.Parse(body.Split('\n')[0]["data: ".Length..]).GetProperty("id").GetString()!;
        string head = $"data: {{\"id\":\"{id}\",\"object\":\"chat.completion.chunk\",\"created\":{Created},\"model\":\"emulated\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_emulated0\",\"choices\":[";
        string expected =
            head + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
            + head + $"{{\"index\":0,\"delta\":{{\"content\":\"{words[0]}\"}},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null}}\n\n"
            + head + $"{{\"index\":0,\"delta\":{{\"content\":\"{words[1]}\"}},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null}}\n\n"
            + head + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
            + head + "],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":2,\"total_tokens\":4,\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}\n\n"
            + "data: [DONE]\n\n";
        Assert.Equal(expected, body);
        Assert.Matches("^chatcmpl-[a-z0-9]{29}$", id);
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Chat_WithoutIncludeUsage_NoUsageMember()
    {
        await using EmulatedOpenAIServer server = await StartAsync();
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Requests.OpenAI("Hi"));

        Assert.DoesNotContain("\"usage\"", body, StringComparison.Ordinal);
        Assert.EndsWith("\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_SameSeed_SameBytesOnAnotherServer()
    {
        string first = await OneAsync(seed: 5);
        string again = await OneAsync(seed: 5);
        string other = await OneAsync(seed: 6);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static async Task<string> OneAsync(int seed)
        {
            await using EmulatedOpenAIServer server = await StartAsync(new() { Seed = seed, TimeProvider = new ManualTimeProvider() });
            using var client = new ServerClient(server);
            return (await client.ReadAsync(Path, Requests.OpenAI("Hi"))).Text;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Chat_CallScript_IdAndNameFirstThenFragments(int size)
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { ArgumentCharacters = size });
        using var client = new ServerClient(server);
        const string Prompt = """call:add {"c":"caf\u00e9 \"q\" \n😀","deep":{"list":[1,null]}} call:now""";

        List<JsonElement> deltas = await DeltasAsync(client, Requests.OpenAI(Prompt, Requests.Tools("add", "now")));

        JsonElement[] calls = [.. deltas.Where(d => d.TryGetProperty("tool_calls", out _)).Select(d => d.GetProperty("tool_calls")[0])];
        JsonElement start = calls[0];
        JsonElement[] fragments = [.. calls[1..].TakeWhile(c => c.GetProperty("index").GetInt32() == 0)];
        Assert.Equal("""{"role":"assistant","content":null}""", deltas[0].GetRawText());
        Assert.Equal(["index", "id", "type", "function"], start.EnumerateObject().Select(p => p.Name));
        Assert.Equal("""{"name":"add","arguments":""}""", start.GetProperty("function").GetRawText());
        Assert.Matches("^call_[a-z0-9]{24}$", start.GetProperty("id").GetString());
        Assert.All(fragments, f => Assert.Equal(["index", "function"], f.EnumerateObject().Select(p => p.Name)));
        Assert.All(fragments[..^1], f => Assert.InRange(Arguments(f).Length, size, size + 1));
        Assert.Equal("""{"c":"café \"q\" \n😀","deep":{"list":[1,null]}}""", string.Concat(fragments.Select(Arguments)));
        Assert.Equal("now", calls.First(c => c.GetProperty("index").GetInt32() == 1).GetProperty("function").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Chat_Calls_FinishIsToolCalls()
    {
        await using EmulatedOpenAIServer server = await StartAsync();
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Requests.OpenAI("call:add", Requests.Tools("add")));

        Assert.Contains("\"delta\":{},\"logprobs\":null,\"finish_reason\":\"tool_calls\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",\"tool_choice\":\"none\"", "call:add call:now", new string[0])]
    [InlineData(",\"tool_choice\":\"required\"", "Hi", new[] { "add" })]
    [InlineData(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"now\"}}", "Hi", new[] { "now" })]
    [InlineData(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"now\"}}", "call:add call:now", new[] { "now" })]
    [InlineData(",\"parallel_tool_calls\":false", "call:add call:now", new[] { "add" })]
    [InlineData(",\"tool_choice\":\"auto\"", "use Now and add", new[] { "add", "now" })]
    [InlineData("", "nowhere to address", new string[0])]
    public async Task Chat_ToolChoice_DecidesTheCalls(string choice, string prompt, string[] expected)
    {
        await using EmulatedOpenAIServer server = await StartAsync();
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Requests.OpenAI(prompt, Requests.Tools("add", "now") + choice, stream: false));

        JsonElement message = ServerClient.Parse(body).GetProperty("choices")[0].GetProperty("message");
        string?[] names = message.TryGetProperty("tool_calls", out JsonElement calls)
            ? [.. calls.EnumerateArray().Select(c => c.GetProperty("function").GetProperty("name").GetString())]
            : [];
        Assert.Equal(expected, names);
    }

    [Fact]
    public async Task Chat_AfterToolResult_QuotesItUnderItsName()
    {
        await using EmulatedOpenAIServer server = await StartAsync();
        using var client = new ServerClient(server);
        string request = """
            {"model":"emulated","stream":true,"messages":[{"role":"user","content":"call:add"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"42"}]
            """ + Requests.Tools("add") + "}";

        string text = Text(await DeltasAsync(client, request));

        Assert.Equal("The tool add answered: 42", text);
    }

    [Fact]
    public async Task Chat_ReasoningEffort_ReasoningBeforeText()
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { Words = 1, ReasoningWords = 2 });
        using var client = new ServerClient(server);

        List<JsonElement> deltas = await DeltasAsync(client, Requests.OpenAI("Hi", ",\"reasoning_effort\":\"low\""));
        List<JsonElement> none = await DeltasAsync(client, Requests.OpenAI("Hi", ",\"reasoning_effort\":\"none\""));

        Assert.Equal(["role", "reasoning_content", "reasoning_content", "content"], deltas[..4].Select(d => d.EnumerateObject().First().Name));
        Assert.Equal(TextGenerator.Text(2, "Hi", 2), string.Concat(deltas[1..3].Select(d => d.GetProperty("reasoning_content").GetString())));
        Assert.DoesNotContain(none, d => d.TryGetProperty("reasoning_content", out _));
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task Chat_MaxTokens_FinishesWithLength(string member)
    {
        await using EmulatedOpenAIServer server = await StartAsync();
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Requests.OpenAI("Hi", $",\"{member}\":3", stream: false));

        JsonElement choice = ServerClient.Parse(body).GetProperty("choices")[0];
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(TextGenerator.Text(1, "Hi", 3), choice.GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Chat_SchemaStopImages_AreHonoured()
    {
        await using EmulatedOpenAIServer server = await StartAsync();
        using var client = new ServerClient(server);
        const string Schema = """,\"response_format\":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}}}""";
        const string Images = """{"model":"emulated","stream":true,"stop":["images"],"messages":[{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"image_url","image_url":{"url":"https://x/y"}}]}]}""";

        string json = Text(await DeltasAsync(client, Requests.OpenAI("Hi", Schema.Replace("\\\"", "\""))));
        string images = Text(await DeltasAsync(client, Images));

        Assert.Equal("""{"ok":true}""", json);
        Assert.Equal("I see 2 ", images);
    }

    [Fact]
    public async Task Chat_SeveralChoices_InTurnsWithTheirOwnText()
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { Words = 2 });
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Requests.OpenAI("Hi", ",\"n\":2"));

        int[] indexes = [.. Frames(body).SkipLast(1).Select(f => ServerClient.Parse(f).GetProperty("choices")[0].GetProperty("index").GetInt32())];
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], indexes);
        string[] texts = [.. Enumerable.Range(0, 2).Select(i => TextOf(body, i))];
        Assert.Equal(TextGenerator.Text(1, "Hi", 2), texts[0]);
        Assert.Equal(TextGenerator.Text(2, "Hi", 2), texts[1]);
    }

    [Fact]
    public async Task Chat_Logprobs_PerTokenWithAlternatives()
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { Words = 1 });
        using var client = new ServerClient(server);
        string word = TextGenerator.Text(1, "Hi", 1);

        (string body, _) = await client.ReadAsync(Path, Requests.OpenAI("Hi", ",\"logprobs\":true,\"top_logprobs\":2"));

        JsonElement logprobs = ServerClient.Parse(Frames(body)[1]).GetProperty("choices")[0].GetProperty("logprobs");
        JsonElement token = Assert.Single(logprobs.GetProperty("content").EnumerateArray().ToArray());
        Assert.Equal(word, token.GetProperty("token").GetString());
        Assert.Equal(-0.25, token.GetProperty("logprob").GetDouble());
        Assert.Equal(Encoding.UTF8.GetBytes(word), token.GetProperty("bytes").EnumerateArray().Select(b => b.GetByte()));
        Assert.Equal(2, token.GetProperty("top_logprobs").GetArrayLength());
    }

    [Fact]
    public async Task Chat_NotStreamed_ExactBody()
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { Words = 1, TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync(Path, Requests.OpenAI("Hi", stream: false));
        (string body, _) = await ServerClient.ReadAsync(response);

        string id = ServerClient.Parse(body).GetProperty("id").GetString()!;
        Assert.Equal(
            $"{{\"id\":\"{id}\",\"object\":\"chat.completion\",\"created\":{Created},\"model\":\"emulated\",\"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\"content\":\"{TextGenerator.Text(1, "Hi", 1)}\",\"refusal\":null,\"annotations\":[]}},\"logprobs\":null,\"finish_reason\":\"stop\"}}],\"usage\":{{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2,\"prompt_tokens_details\":{{\"cached_tokens\":0,\"audio_tokens\":0}},\"completion_tokens_details\":{{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}},\"service_tier\":\"default\",\"system_fingerprint\":\"fp_emulated0\"}}",
            body);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("""{"model":"x","messages":[{}]}""", 404, """{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}""")]
    [InlineData("""{"model":"emulated"}""", 400, """{"error":{"message":"Missing required parameter: 'messages'.","type":"invalid_request_error","param":"messages","code":"missing_required_parameter"}}""")]
    [InlineData("[]", 400, """{"error":{"message":"We could not parse the JSON body of your request.","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("{}", 400, """{"error":{"message":"you must provide a model parameter","type":"invalid_request_error","param":null,"code":null}}""")]
    public async Task Chat_BadRequest_StatusAndBody(string request, int status, string expected)
    {
        await using EmulatedOpenAIServer server = await StartAsync();
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync(Path, request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task AnyPath_WrongKey_Answers401WithCode()
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { ApiKey = "right" });
        using var client = new ServerClient(server);
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");

        using HttpResponseMessage response = await client.OpenAsync(Path, Requests.OpenAI("Hi"));

        Assert.Equal(401, (int)response.StatusCode);
        Assert.Contains("\"code\":\"invalid_api_key\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_ListsThem()
    {
        await using EmulatedOpenAIServer server = await StartAsync(new() { Models = ["a", "b"], TimeProvider = new ManualTimeProvider() });
        using var client = new ServerClient(server);

        string body = await client.Http.GetStringAsync("/v1/models", Token);

        Assert.Equal(
            $$"""{"object":"list","data":[{"id":"a","object":"model","created":{{Created}},"owned_by":"emulated"},{"id":"b","object":"model","created":{{Created}},"owned_by":"emulated"}]}""",
            body);
        Assert.EndsWith("/v1", server.Endpoint.AbsoluteUri, StringComparison.Ordinal);
    }

    private static Task<EmulatedOpenAIServer> StartAsync(EmulatedServerOptions? options = null) => EmulatedOpenAIServer.StartAsync(options, Token);

    private static string[] Frames(string body) => [.. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(f => f["data: ".Length..])];

    private static async Task<List<JsonElement>> DeltasAsync(ServerClient client, string request)
    {
        (string body, Exception? error) = await client.ReadAsync(Path, request);
        Assert.Null(error);
        return [.. Frames(body).SkipLast(1).Select(f => ServerClient.Parse(f).GetProperty("choices")[0].GetProperty("delta"))];
    }

    private static string Text(IEnumerable<JsonElement> deltas) =>
        string.Concat(deltas.Select(d => d.TryGetProperty("content", out JsonElement content) ? content.GetString() : null));

    private static string TextOf(string body, int index) => Text(Frames(body).SkipLast(1)
        .Select(f => ServerClient.Parse(f).GetProperty("choices")[0])
        .Where(c => c.GetProperty("index").GetInt32() == index)
        .Select(c => c.GetProperty("delta")));

    private static string Arguments(JsonElement call) => call.GetProperty("function").GetProperty("arguments").GetString()!;
}
