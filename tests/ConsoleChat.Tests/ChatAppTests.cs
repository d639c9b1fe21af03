using System.Text.Json;
using StreamingAdapters;
using StreamingAdapters.Testing;

namespace ConsoleChat.Tests;

public class ChatAppTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Prompt_TextStatusUsage()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 5 }, Token);
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "--system", "Be brief", "Hi", "there");

        string[] lines = run.Out.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Equal(6, lines.Length);
        Assert.Equal($"ollama at {server.Endpoint}, model 'emulated'", lines[0]);
        Assert.Equal(TextGenerator.Text(1, "Hi there", 5), lines[2]);
        Assert.Matches(@"^\[stop \| first content \d+ ms \| 6 chunks( \| [0-9.]+ chunks/s)?\]$", lines[4]);
        Assert.Matches(@"^\[usage \| input \d+ \| output 5 \| total \d+ tokens\]$", lines[5]);
        Assert.Empty(run.ErrorLine);
        Assert.Equal(["system: Be brief", "user: Hi there"], Messages(server, 0));
    }

    [Theory]
    [InlineData("ollama", "Ollama")]
    [InlineData("openai", "OpenAI")]
    [InlineData("openai-responses", "OpenAI Responses")]
    [InlineData("anthropic", "Anthropic")]
    [InlineData("lmstudio-native", "LM Studio")]
    [InlineData("gemini", "Gemini")]
    public async Task Run_Demo_ChatsWithAnEmulatedServer(string id, string name)
    {
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--provider", $"demo:{id}", "Hi");

        string output = run.Out.ToString();
        Assert.Equal((ExitCode.Complete, ""), (exitCode, run.ErrorLine));
        Assert.StartsWith($"Emulated {name} server at http://127.0.0.1:", output, StringComparison.Ordinal);
        Assert.Contains("[stop | first content ", output, StringComparison.Ordinal);
        Assert.Contains("[usage | input ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ListProviders_PrintsTheCatalogue()
    {
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--list-providers");

        string[] lines = run.Out.ToString().TrimEnd().Split('\n');
        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Equal(ProviderCatalog.All.Count, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("groq ", StringComparison.Ordinal) && line.TrimEnd().EndsWith("GROQ_API_KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ListModels_PrintsThemWithoutAskingForAModel()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Models = ["one", "two:4b"] }, Token);
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--provider", "ollama", "--endpoint", server.Endpoint.AbsoluteUri, "--list-models");

        Assert.Equal((ExitCode.Complete, ""), (exitCode, run.ErrorLine));
        Assert.Equal(
            [$"{"one:latest",-40} {"8,192",12}  Chat, Tools, Reasoning", $"{"two:4b",-40} {"8,192",12}  Chat, Tools, Reasoning"],
            run.Out.ToString().TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task Run_ListModelsOfNobody_Fails()
    {
        using var run = new AppRun();

        Assert.Equal(ExitCode.Failed, await run.RunAsync("--provider", "ollama", "--endpoint", "http://127.0.0.1:9", "--list-models"));
        Assert.NotEqual("", run.ErrorLine);
    }

    [Theory]
    [InlineData("lmstudio")]
    [InlineData("openai-compatible")]
    public async Task Run_OpenAICompatible_TextAndJsonLineOnly(string provider)
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(new() { Words = 5 }, Token);
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--provider", provider, "--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "--json", "Hi");

        string text = TextGenerator.Text(1, "Hi", 5);
        string[] lines = run.Out.ToString().TrimEnd().Split(Environment.NewLine);
        using JsonDocument json = JsonDocument.Parse(lines[1]);
        JsonElement usage = json.RootElement.GetProperty("usage");
        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Equal(2, lines.Length);
        Assert.Equal(text, lines[0]);
        Assert.Equal(
            ["provider", "model", "mode", "text", "chunks", "firstContentMs", "finishReason", "usage", "error"],
            json.RootElement.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(["inputTokens", "outputTokens", "totalTokens"], usage.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(provider, json.RootElement.GetProperty("provider").GetString());
        Assert.Equal("emulated", json.RootElement.GetProperty("model").GetString());
        Assert.Equal(text, json.RootElement.GetProperty("text").GetString());
        Assert.Equal("stop", json.RootElement.GetProperty("finishReason").GetString());
        Assert.Equal(usage.GetProperty("inputTokens").GetInt32() + 5, usage.GetProperty("totalTokens").GetInt32());
        Assert.True(json.RootElement.GetProperty("firstContentMs").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("error").ValueKind);
    }

    [Theory]
    [InlineData(new string[0], "From a pipe")]
    [InlineData(new[] { "-" }, "From a pipe")]
    [InlineData(new[] { "Explain", "-" }, "Explain\n\nFrom a pipe")]
    [InlineData(new[] { "Explain" }, "Explain")]
    public async Task Run_RedirectedInput_Prompt(string[] more, string expected)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 1 }, Token);
        using var run = new AppRun { In = new StringReader("From a pipe\n") };

        await run.RunAsync(["--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", .. more]);

        Assert.Equal([$"user: {expected}"], Messages(server, 0));
    }

    [Fact]
    public async Task Run_CtrlC_KeepsThePartialAndFails()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var run = new AppRun();
        _ = server.PauseAfterChunks(2);

        Task<int> running = run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "--json", "Hi");
        await run.Out.WaitForAsync(TextGenerator.Text(1, "Hi", 2));
        run.Interruption.Press();
        int exitCode = await running;

        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Equal(TextGenerator.Text(1, "Hi", 2), json.RootElement.GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("finishReason").ValueKind);
        Assert.Equal("Stopped: the answer is not complete.", run.ErrorLine);
        await server.Requests[0].Closed.Within();
    }

    [Fact]
    public async Task Run_CtrlCWhileReadingInput_Fails()
    {
        using var run = new AppRun { In = new OpenReader() };

        Task<int> running = run.RunAsync("-");
        await run.Out.WaitForAsync("Emulated Ollama server at http://127.0.0.1:");
        run.Interruption.Press();

        Assert.Equal(ExitCode.Failed, await running);
        Assert.Equal("Stopped.", run.ErrorLine);
    }

    [Fact]
    public async Task Run_Help_ExitsInOrder()
    {
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--help");

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Contains("--provider NAME", run.Out.ToString(), StringComparison.Ordinal);
    }

    internal static string[] Messages(EmulatedServer server, int request) =>
        [.. server.Requests[request].Json!.Value.GetProperty("messages").EnumerateArray()
            .Select(static message => $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}")];
}
