using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class EmulatedGeminiServerTests
{
    private const string Path = "/v1beta/models/emulated:streamGenerateContent";

    private const string VertexPath = "/v1/projects/p/locations/global/publishers/google/models/emulated:streamGenerateContent";

    private const string Tool = ""","tools":[{"functionDeclarations":[{"name":"add","parameters":{"type":"object"}}]}]""";

    // What is counted differs with the model and the date of a recording.
    private static readonly string[] Loose = ["usageMetadata", "args", "thoughtSignature", "finishMessage", "index", "id", "modelVersion", "responseId", "createTime"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IEnumerable<ITheoryDataRow> Prompts => FixtureFolder.Rows(static () => new TheoryData<string, string>
    {
        { "Hi", "" },
        { "Hi", """,\"generationConfig\":{"thinkingConfig":{"includeThoughts":true}}""".Replace("\\\"", "\"", StringComparison.Ordinal) },
        { "call:add {\"x\":1}", Tool },
    });

    [Theory]
    [MemberData(nameof(Prompts))]
    public async Task Respond_EveryEvent_HasARecordedShape(string prompt, string more)
    {
        HashSet<string> recorded = EventShapes.Recorded("gemini", Loose);
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path + "?alt=sse", Request(prompt, more));

        Assert.All(EventShapes.Of(body, Loose), shape => Assert.Contains(shape, recorded));
        Assert.All(body.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries), item => Assert.StartsWith("data: {", item, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Respond_WithoutEvents_IsOneArrayOfTheSameObjects()
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(new() { Words = 4 }, Token);
        using var client = new ServerClient(server);

        (string events, _) = await client.ReadAsync(Path + "?alt=sse", Request("Hi"));
        using HttpResponseMessage response = await client.OpenAsync(Path, Request("Hi"));
        (string array, _) = await ServerClient.ReadAsync(response);

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Texts(EventShapes.Events(events)), Texts(ServerClient.Parse(array).EnumerateArray()));
        Assert.Equal(5, ServerClient.Parse(array).GetArrayLength());
    }

    [Fact]
    public async Task Enqueue_Cut_LeavesTheArrayOpen()
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        server.Enqueue(ServerFault.Cut(2));

        (string array, _) = await client.ReadAsync(Path, Request("Hi"));

        Assert.StartsWith("[{", array, StringComparison.Ordinal);
        Assert.EndsWith("}", array, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_NoTerminator_LeavesTheArrayOpenAndWithoutAFinishReason()
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        server.Enqueue(ServerFault.NoTerminator());

        (string array, _) = await client.ReadAsync(Path, Request("Hi"));

        Assert.EndsWith("}", array, StringComparison.Ordinal);
        Assert.DoesNotContain("finishReason", array, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_BlankLines_LeaveAnArray()
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(new() { Words = 4 }, Token);
        using var client = new ServerClient(server);
        server.Enqueue(ServerFault.BlankLines());

        (string array, _) = await client.ReadAsync(Path, Request("Hi"));

        Assert.StartsWith("\n\n[", array, StringComparison.Ordinal);
        Assert.Equal(5, ServerClient.Parse(array).GetArrayLength());
    }

    [Fact]
    public async Task Enqueue_FaultOfEventsAndAnArrayIsAskedFor_IsSaidInAnError()
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        server.Enqueue(ServerFault.Comments());

        using HttpResponseMessage response = await client.OpenAsync(Path, Request("Hi"));

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("'comments'", ServerClient.Parse(await response.Content.ReadAsStringAsync(Token)).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_UnknownRole_IsEveryRole()
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        server.Enqueue(ServerFault.UnknownRole());

        (string body, _) = await client.ReadAsync(Path + "?alt=sse", Request("Hi"));

        Assert.Contains("\"role\":\"narrator\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"role\":\"model\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Path, "{", 400)]
    [InlineData(Path, "{}", 400)]
    [InlineData("/v1beta/models/other:streamGenerateContent", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", 404)]
    [InlineData("/v1/projects/p/locations/global/publishers/google/models/other:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", 404)]
    [InlineData("/v1/projects/p/locations/global/publishers/other/models/emulated:generateContent", "{}", 404)]
    [InlineData("/v1beta/models/emulated:countTokens", "{}", 404)]
    [InlineData("/v1beta/models/emulated:batchEmbedContents", "{", 400)]
    [InlineData("/emulated:batchEmbedContents", "{}", 404)]
    public async Task Respond_WrongRequest_IsRefusedInTheProtocolsWords(string path, string body, int status)
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync(path, body);
        (string error, _) = await ServerClient.ReadAsync(response);

        Assert.Equal((status, status), ((int)response.StatusCode, ServerClient.Parse(error).GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData(Path, "x-goog-api-key", "token", 200)]
    [InlineData(Path, "Authorization", "Bearer token", 401)]
    [InlineData(VertexPath, "Authorization", "Bearer token", 200)]
    [InlineData(VertexPath, "x-goog-api-key", "token", 401)]
    public async Task Respond_WithAKey_LooksForItWhereTheAddressHasIt(string path, string header, string value, int status)
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(new() { ApiKey = "token" }, Token);
        using var client = new ServerClient(server);
        client.Http.DefaultRequestHeaders.Add(header, value);

        using HttpResponseMessage response = await client.OpenAsync(path, Request("Hi"));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("add", "given", 200)]
    [InlineData("add", "skip_thought_signature_validator", 200)]
    [InlineData("add", null, 400)]
    [InlineData("add", "CmIBforeign", 400)]
    [InlineData("other", null, 200)]
    public async Task Respond_HistoryWithACall_AsksForTheSignatureThatTheCallHad(string name, string? signature, int status)
    {
        await using EmulatedGeminiServer server = await EmulatedGeminiServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);
        (string body, _) = await client.ReadAsync(Path + "?alt=sse", Request("call:add {\"x\":1} call:add", Tool));
        string?[] given = [.. EventShapes.Events(body).Select(PartOf).Where(part => part.TryGetProperty("functionCall", out _)).Select(SignatureOf)];

        using HttpResponseMessage response = await client.OpenAsync(Path, History(name, signature is "given" ? given[0] : signature));

        Assert.Equal((2, null), (given.Length, given[1]));
        Assert.Equal(status, (int)response.StatusCode);
    }

    private static JsonElement PartOf(JsonElement response) => response.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0];

    private static string? SignatureOf(JsonElement part) => part.TryGetProperty("thoughtSignature", out JsonElement signature) ? signature.GetString() : null;

    private static string History(string name, string? signature)
    {
        string signed = signature is null ? "" : $",\"thoughtSignature\":\"{signature}\"";
        return $"{{\"contents\":[{{\"role\":\"model\",\"parts\":[{Call("1")}{signed}}},{Call("2")}}}]}},{{\"role\":\"user\",\"parts\":[{{\"functionResponse\":{{\"name\":\"{name}\"}}}}]}}]}}";

        string Call(string x) => $"{{\"functionCall\":{{\"name\":\"{name}\",\"args\":{{\"x\":{x}}}}}";
    }

    private static IEnumerable<string?> Texts(IEnumerable<JsonElement> responses) =>
        responses.Select(response => PartOf(response).GetProperty("text").GetString());

    private static string Request(string prompt, string more = "") => $"{{\"contents\":[{{\"role\":\"user\",\"parts\":[{{\"text\":{Requests.Quote(prompt)}}}]}}]{more}}}";
}
