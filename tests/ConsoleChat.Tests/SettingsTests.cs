using System.Text.Json;
using StreamingAdapters.Testing;

namespace ConsoleChat.Tests;

/// <summary>Modes and settings, from the command line and from appsettings.json.</summary>
public class SettingsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, "basic")]
    [InlineData("{}", null, "basic")]
    [InlineData(null, "enhanced", "enhanced")]
    [InlineData("""{ "Chat": { "Mode": "Enhanced" } }""", null, "enhanced")]
    [InlineData("""{ "Chat": { "Mode": "Enhanced" } }""", "basic", "basic")]
    public async Task Run_Mode_CommandLineThenFileThenBasic(string? settings, string? option, string expected)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 5 }, Token);
        using var run = new AppRun { Settings = settings };
        using var json = new AppRun { Settings = settings };
        string[] mode = option is null ? [] : ["--mode", option];

        int exitCode = await run.RunAsync(["--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", .. mode, "Hi"]);
        await json.RunAsync(["--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "--json", .. mode, "Hi"]);

        using JsonDocument line = JsonDocument.Parse(json.LastLine);
        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Contains(TextGenerator.Text(1, "Hi", 5), run.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(expected, line.RootElement.GetProperty("mode").GetString());
        Assert.Equal(expected == "enhanced", run.LastLine.StartsWith("[summary | Completed | chunks 0 to ", StringComparison.Ordinal));
        Assert.Equal(expected == "basic", run.LastLine.StartsWith("[usage | ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_EnhancedAndCut_SummaryOfWhatCame()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ServerFault.Cut(afterChunks: 3));
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "--mode", "enhanced", "Hi");

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.StartsWith($"[summary | Failed | chunks 0 to ", run.LastLine, StringComparison.Ordinal);
        Assert.NotEmpty(run.ErrorLine);
    }

    [Theory]
    [InlineData("""{ "Chat": { "Mode": "Fancy", "Timeout": { "Idel": 1 } } }""", "Chat:Mode is 'Fancy': it has to be one of Basic, Enhanced. Chat:Timeout:Idel is unknown: the keys here are Enabled, FirstContent, Idle, Total.")]
    [InlineData("""{ "Chat": { "Provider": { "Name": "olama" } } }""", "Chat:Provider:Name is 'olama': it has to be the id of a provider")]
    [InlineData("{", "LineNumber: ")]
    [InlineData("""{ "Chat": { "Provider": { "Name": "ollama" } } }""", "'ollama' needs a model: say --model NAME, or Chat:Provider:Model in appsettings.json.")]
    public async Task Run_WrongFile_UsageErrorWithEveryFailure(string settings, string expected)
    {
        using var run = new AppRun { Settings = settings };

        int exitCode = await run.RunAsync("Hi");

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Contains(expected, run.ErrorLine, StringComparison.Ordinal);
        Assert.Single(run.ErrorLine.Split('\n'));
        Assert.Empty(run.Out.ToString());
    }

    [Fact]
    public async Task Run_ProviderInTheFile_IsAskedByItsName()
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(new() { Words = 3 }, Token);
        string settings = $$"""
            { "Chat": { "Provider": { "Name": "generic", "Endpoint": "{{server.Endpoint.AbsoluteUri}}", "Model": "emulated", "Headers": { "X-Team": "blue" } } } }
            """;
        using var run = new AppRun { Settings = settings };
        using var other = new AppRun { Settings = settings };

        int exitCode = await run.RunAsync("Hi");
        await other.RunAsync("--model", "another", "Hi");

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.StartsWith($"openai-compatible at {server.Endpoint}, model 'emulated'", run.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal("blue", server.Requests[0].Headers["X-Team"]);
        Assert.StartsWith($"openai-compatible at {server.Endpoint}, model 'another'", other.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EndpointAlone_IsTheFilesProvider()
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(new() { Words = 3 }, Token);
        using var run = new AppRun { Settings = """{ "Chat": { "Provider": { "Name": "generic", "Endpoint": "http://localhost:1", "Model": "emulated" } } }""" };

        int exitCode = await run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "Hi");

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Run_WrongFileAndJson_LineSaysWhatTheFileAsksFor()
    {
        using var run = new AppRun { Settings = """{ "Chat": { "Mode": "Enhanced", "Nope": 1, "Provider": { "Name": "openai", "Model": "m" } } }""" };

        await run.RunAsync("--json", "Hi");

        using JsonDocument line = JsonDocument.Parse(run.LastLine);
        Assert.Equal(["openai", "m", "enhanced"], new[] { "provider", "model", "mode" }.Select(name => line.RootElement.GetProperty(name).GetString()));
    }

    [Fact]
    public async Task Run_ServerOnTheCommandLine_WinsOverTheFiles()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 3 }, Token);
        using var run = new AppRun { Settings = """{ "Chat": { "Provider": { "Name": "generic", "Endpoint": "http://localhost:1", "Model": "m" } } }""" };

        int exitCode = await run.RunAsync("--provider", "ollama", "--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "Hi");

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Single(server.Requests);
    }
}
