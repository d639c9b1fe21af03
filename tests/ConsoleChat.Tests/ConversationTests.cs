using StreamingAdapters.Testing;

namespace ConsoleChat.Tests;

public class ConversationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("First\n\nSecond\n/exit\nThird\n")]
    [InlineData("First\nSecond\n")]
    public async Task Run_TwoQuestions_HistoryUntilExitOrEnd(string input)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 3 }, Token);
        using var run = new AppRun { In = new StringReader(input), IsTerminal = true };

        int exitCode = await run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated");

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(["user: First", $"assistant: {TextGenerator.Text(1, "First", 3)}", "user: Second"], ChatAppTests.Messages(server, 1));
    }

    [Fact]
    public async Task Run_ServerThatKeepsTheConversation_GetsNewMessagesAlone()
    {
        var options = new EmulatedServerOptions { Answer = messages => string.Join(" / ", messages.Select(message => $"{message.Role}: {message.Text}")) };
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(options, Token);
        server.Enqueue(ServerFault.Comments(), ServerFault.Cut(2));
        using var run = new AppRun { In = new StringReader("First\nSecond\nThird\n"), IsTerminal = true };

        int exitCode = await run.RunAsync("--provider", "lmstudio-native", "--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated");

        Assert.Equal((ExitCode.Complete, 3), (exitCode, server.Requests.Count));
        Assert.Contains("user: First / assistant: user: First / user: Third", run.Out.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Enhanced")]
    public async Task Run_AnswerOfARouteThatKeepsNothing_StaysInHistory(string mode)
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 3 }, Token);
        using var run = new AppRun
        {
            In = new StringReader("First\nSecond\n"),
            IsTerminal = true,
            Settings = $$"""
                { "Chat": { "Mode": "{{mode}}", "Provider": { "Name": "ollama", "Endpoint": "{{server.Endpoint.AbsoluteUri}}", "Model": "emulated" },
                "Routing": [ { "Name": "local", "Provider": { "Name": "lmstudio-native" }, "Prefixes": [ "local/" ] } ] } }
                """,
        };

        int exitCode = await run.RunAsync();

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Equal(["user: First", $"assistant: {TextGenerator.Text(1, "First", 3)}", "user: Second"], ChatAppTests.Messages(server, 1));
    }

    [Fact]
    public async Task Run_CtrlCDuringAnAnswer_PartialStaysInHistory()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 5 }, Token);
        var input = new OpenReader();
        using var run = new AppRun { In = input, IsTerminal = true };
        _ = server.PauseAfterChunks(2);

        Task<int> running = RunAsync(run, server);
        input.Enter("First");
        await run.Out.WaitForAsync(TextGenerator.Text(1, "First", 2));
        run.Interruption.Press();
        await run.Error.WaitForAsync("Stopped: the answer is not complete.");
        server.Resume();
        input.Enter("Second");
        input.Enter("/exit");
        int exitCode = await running;

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Equal(["user: First", $"assistant: {TextGenerator.Text(1, "First", 2)}", "user: Second"], ChatAppTests.Messages(server, 1));
    }

    [Fact]
    public async Task Run_AnswerFailsWithoutText_QuestionLeavesHistory()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Words = 3 }, Token);
        server.Enqueue(ServerFault.Status(500));
        using var run = new AppRun { In = new StringReader("First\nSecond\n"), IsTerminal = true };

        int exitCode = await RunAsync(run, server);

        Assert.Equal(ExitCode.Complete, exitCode);
        Assert.Equal(["user: Second"], ChatAppTests.Messages(server, 1));
    }

    [Fact]
    public async Task Run_LastAnswerFails_ExitCodeSaysSo()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        server.Enqueue(ServerFault.Status(500));
        using var run = new AppRun { In = new StringReader("First\n"), IsTerminal = true };

        Assert.Equal(ExitCode.Failed, await RunAsync(run, server));
    }

    [Fact]
    public async Task Run_CtrlCAtThePrompt_Ends()
    {
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);
        using var run = new AppRun { In = new OpenReader(), IsTerminal = true };

        Task<int> running = RunAsync(run, server);
        await run.Out.WaitForAsync("> ");
        run.Interruption.Press();

        Assert.Equal(ExitCode.Complete, await running);
        Assert.Empty(run.ErrorLine);
    }

    private static Task<int> RunAsync(AppRun run, EmulatedOllamaServer server) =>
        run.RunAsync("--endpoint", server.Endpoint.AbsoluteUri, "--model", "emulated");
}
