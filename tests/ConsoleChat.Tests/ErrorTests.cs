using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StreamingAdapters.Testing;

namespace ConsoleChat.Tests;

public class ErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ollama", "Start Ollama with 'ollama serve', or give another address with --endpoint.")]
    [InlineData("lmstudio", "Start LM Studio's server with 'lms server start', or give another address with --endpoint.")]
    [InlineData("openai-compatible", "Check the address given with --endpoint.")]
    public async Task Run_NobodyListens_SaysWhereAndHowToStart(string provider, string advice)
    {
        // Bound and not listening: the port is ours and refuses.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string endpoint = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/v1";
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--provider", provider, "--endpoint", endpoint, "--model", "m", "Hi");

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Equal($"Nothing answers at {endpoint} (connection refused). {advice}", run.ErrorLine);
    }

    [Fact]
    public async Task Run_RealServerLacksModel_SaysHowToGetIt()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "--model", "nope", "Hi");

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Equal("ollama does not have model 'nope' (status 404). Run 'ollama pull nope', or choose an installed model.", run.ErrorLine);
        Assert.DoesNotContain("[incomplete", run.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EmulatedServerLacksModel_SaysWhichItHas()
    {
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--model", "nope", "Hi");

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Equal("The emulated server has one model, 'emulated': leave --model out, or name a real server with --provider.", run.ErrorLine);
    }

    [Fact]
    public async Task Run_KeyMissing_UsageErrorNamesTheVariable()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("OPENROUTER_API_KEY") is { Length: > 0 }, "OPENROUTER_API_KEY is set.");
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--provider", "openrouter", "--model", "m", "Hi");

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Contains("OPENROUTER_API_KEY", run.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(run.Out.ToString());
    }

    [Fact]
    public async Task Run_KeyMissingAsJson_OneLineWithTheError()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("OPENROUTER_API_KEY") is { Length: > 0 }, "OPENROUTER_API_KEY is set.");
        using var run = new AppRun();

        await run.RunAsync("--provider", "openrouter", "--model", "m", "--json", "Hi");

        using JsonDocument json = JsonDocument.Parse(run.Out.ToString());
        Assert.Equal(run.ErrorLine, json.RootElement.GetProperty("error").GetString());
        Assert.Equal("openrouter", json.RootElement.GetProperty("provider").GetString());
    }

    [Fact]
    public async Task Run_RateLimited_SaysWhenToAskAgain()
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ServerFault.Status(429, retryAfter: TimeSpan.FromSeconds(7)));
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--provider", "vllm", "--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "Hi");

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Contains("7 seconds", run.ErrorLine, StringComparison.Ordinal);
        Assert.Single(run.ErrorLine.Split('\n'));
    }

    [Fact]
    public async Task Run_InvalidRequest_QuotesTheServer()
    {
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ServerFault.Status(400, message: "The temperature\nis too high"));
        using var run = new AppRun();

        await run.RunAsync("--provider", "vllm", "--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "Hi");

        Assert.EndsWith("The server says: \"The temperature is too high\"", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnswerIsCut_PartialThenSentence()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ServerFault.Cut(afterChunks: 3));
        using var run = new AppRun();

        int exitCode = await run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated", "--json", "Hi");

        string partial = TextGenerator.Text(1, "Hi", 3);
        using JsonDocument json = JsonDocument.Parse(run.LastLine);
        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.StartsWith($"{partial}{Environment.NewLine}{{", run.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(partial, json.RootElement.GetProperty("text").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("chunks").GetInt32());
        Assert.Equal(run.ErrorLine, json.RootElement.GetProperty("error").GetString());
        Assert.DoesNotContain("   at ", run.ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--provider", "acme")]
    [InlineData("--provider", "ollama")]
    [InlineData("--provider", "azure", "--model", "m")]
    [InlineData("-")]
    public async Task Run_WrongCommandLine_UsageError(params string[] commandLine)
    {
        using var run = new AppRun();

        int exitCode = await run.RunAsync(commandLine);

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Single(run.ErrorLine.Split('\n'));
        Assert.EndsWith(".", run.ErrorLine.Replace(").", "."), StringComparison.Ordinal);
    }
}
