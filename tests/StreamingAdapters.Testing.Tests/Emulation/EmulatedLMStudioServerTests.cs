using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Testing.Tests.Emulation;

public sealed class EmulatedLMStudioServerTests
{
    private const string Path = "/api/v1/chat";

    // The documented answer holds a call, and its model was there.
    private static readonly string[] Loose = ["output", "model_load_time_seconds"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IEnumerable<ITheoryDataRow> Requested => FixtureFolder.Rows(static () => new TheoryData<string> { "", ",\"reasoning\":\"low\"" });

    [Theory]
    [MemberData(nameof(Requested))]
    public async Task Respond_EveryEvent_HasADocumentedShape(string more)
    {
        HashSet<string> documented = EventShapes.Recorded("lmstudio", Loose);
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        (string body, _) = await client.ReadAsync(Path, Request("Hi", more));

        Assert.All(EventShapes.Of(body, Loose), shape => Assert.Contains(shape, documented));
        Assert.Equal(more.Length > 0, body.Contains("event: reasoning.delta\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Respond_ModelsFirstRequest_TellsOfItsLoading()
    {
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(new() { Models = ["a", "b"] }, Token);
        using var client = new ServerClient(server);
        List<bool> loads = [];
        foreach (string model in (string[])["a", "a", "b"])
        {
            (string body, _) = await client.ReadAsync(Path, Request("Hi").Replace("emulated", model, StringComparison.Ordinal));
            loads.Add(body.Contains("event: model_load.progress\n", StringComparison.Ordinal));
        }

        JsonElement models = ServerClient.Parse(await client.Http.GetStringAsync("/api/v0/models", Token)).GetProperty("data");

        Assert.Equal([true, false, true], loads);
        Assert.All(models.EnumerateArray(), model => Assert.Equal("loaded", model.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Respond_NotStreamed_IsTheResultOfTheLastEvent()
    {
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(new() { Words = 3 }, Token);
        using var client = new ServerClient(server);

        (string streamed, _) = await client.ReadAsync(Path, Request("Hi", ",\"store\":false"));
        (string body, _) = await client.ReadAsync(Path, Request("Hi", ",\"store\":false").Replace("true", "false", StringComparison.Ordinal));

        JsonElement result = EventShapes.Events(streamed).Last().GetProperty("result");
        Assert.Equal(result.GetProperty("output").GetRawText(), ServerClient.Parse(body).GetProperty("output").GetRawText());
        Assert.False(result.TryGetProperty("response_id", out _));
    }

    [Theory]
    [InlineData("{", 400, "invalid_request")]
    [InlineData("""{"input":"Hi"}""", 400, "invalid_request")]
    [InlineData("""{"model":"other","input":"Hi"}""", 404, "model_not_found")]
    [InlineData("""{"model":"emulated"}""", 400, "invalid_request")]
    [InlineData("""{"model":"emulated","input":"Hi","previous_response_id":"resp_0"}""", 400, "invalid_request")]
    [InlineData("""{"model":"emulated","input":"Hi","integrations":["mcp/x"]}""", 501, "not_implemented")]
    public async Task Respond_WrongRequest_IsRefusedInTheProtocolsWords(string body, int status, string type)
    {
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(cancellationToken: Token);
        using var client = new ServerClient(server);

        using HttpResponseMessage response = await client.OpenAsync(Path, body);
        (string error, _) = await ServerClient.ReadAsync(response);

        Assert.Equal((status, type), ((int)response.StatusCode, ServerClient.Parse(error).GetProperty("error").GetProperty("type").GetString()));
    }

    private static string Request(string prompt, string more = "") => $"{{\"model\":\"emulated\",\"stream\":true,\"input\":{Requests.Quote(prompt)}{more}}}";
}
