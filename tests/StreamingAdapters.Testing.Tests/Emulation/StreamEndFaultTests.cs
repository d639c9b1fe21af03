namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>Each wrong end of a stream, as it is seen on the wire beside the same answer without it.</summary>
public sealed class StreamEndFaultTests
{
    private const string Ollama = FaultRun.Ollama;
    private const string OpenAI = FaultRun.OpenAI;

    public static TheoryData<string> Servers => [Ollama, OpenAI];

    [Theory]
    [InlineData(Ollama, 0, "{\"error\":\"boom\"}\n")]
    [InlineData(Ollama, 2, "{\"error\":\"boom\"}\n")]
    [InlineData(OpenAI, 0, "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"param\":null,\"code\":\"x\"}}\n\n")]
    [InlineData(OpenAI, 2, "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"param\":null,\"code\":\"x\"}}\n\n")]
    public async Task StreamError_LastFrame(string server, int chunks, string error)
    {
        (_, FaultRun run, string[] before) = await FaultRun.BesideAsync(server, ServerFault.StreamError(chunks, "boom", "x"), chunks);

        Assert.Equal(string.Concat(before) + error, run.Text);
        Assert.Null(run.Error);
        Assert.Equal(200, run.Status);
    }

    [Fact]
    public async Task ErrorsOfTheOpenAIProtocol_ExactBytes()
    {
        (_, FaultRun byEvent, string[] before) = await FaultRun.BesideAsync(OpenAI, ServerFault.EventError(1), 1);
        FaultRun byField = await FaultRun.RunAsync(OpenAI, ServerFault.ErrorField(1));
        FaultRun byObject = await FaultRun.RunAsync(OpenAI, ServerFault.ErrorObject(1));

        string start = string.Concat(before);
        Assert.StartsWith(start + "event: error\ndata: {\"error\":{\"message\":", byEvent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", byEvent.Text, StringComparison.Ordinal);
        Assert.Equal(start + "error: {\"code\":500,\"message\":\"failed to decode\",\"type\":\"server_error\"}\n\ndata: [DONE]\n\n", byField.Text);
        Assert.Equal(start + "data: {\"object\":\"error\",\"message\":\"The prompt is too long.\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}\n\ndata: [DONE]\n\n", byObject.Text);
    }

    [Fact]
    public async Task RoutedError_ErrorBesideChoicesThenDone()
    {
        (_, FaultRun run, string[] before) = await FaultRun.BesideAsync(OpenAI, ServerFault.RoutedError(2), 2);

        string start = string.Concat(before);
        Assert.StartsWith(start, run.Text, StringComparison.Ordinal);
        Assert.Matches("^data: {.*\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},\"choices\":\\[{.*\"finish_reason\":\"error\"}\\]}\n\ndata: \\[DONE\\]\n\n$", run.Text[start.Length..]);
    }

    [Fact]
    public async Task ErrorsOfOllamasCloud_LastLine()
    {
        (_, FaultRun limit, string[] before) = await FaultRun.BesideAsync(Ollama, ServerFault.CloudLimit(2), 2);
        FaultRun signIn = await FaultRun.RunAsync(Ollama, ServerFault.CloudSignIn(2));

        string start = string.Concat(before);
        Assert.Equal(start + "{\"StatusCode\":429,\"Status\":\"429 Too Many Requests\",\"error\":\"you've reached your hourly usage limit, please try again later\"}\n", limit.Text);
        Assert.Equal(start + "{\"error\":\"unauthorized\",\"signin_url\":\"https://ollama.com/connect?name=emulated&key=none\"}\n", signIn.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task NoFinalNewline_TheRestIsTheSame(string server)
    {
        FaultRun normal = await FaultRun.RunAsync(server);

        FaultRun run = await FaultRun.RunAsync(server, ServerFault.NoFinalNewline());

        Assert.EndsWith("\n", normal.Text, StringComparison.Ordinal);
        Assert.Equal(normal.Text.TrimEnd('\n'), run.Text);
    }

    [Theory]
    [InlineData(Ollama, ConnectionCut.EndOfBody)]
    [InlineData(Ollama, ConnectionCut.Close)]
    [InlineData(Ollama, ConnectionCut.Reset)]
    [InlineData(OpenAI, ConnectionCut.EndOfBody)]
    [InlineData(OpenAI, ConnectionCut.Close)]
    [InlineData(OpenAI, ConnectionCut.Reset)]
    public async Task Cut_AfterChunks_AllBeforeArrivesThenTheEndAsChosen(string server, ConnectionCut cut)
    {
        (_, FaultRun run, string[] before) = await FaultRun.BesideAsync(server, ServerFault.Cut(3, cut), 3);

        Assert.Equal(string.Concat(before), run.Text);
        AssertEnd(cut, run.Error);
    }

    [Theory]
    [InlineData(Ollama, 0)]
    [InlineData(OpenAI, 1)]
    public async Task Cut_AfterZeroChunks_OnlyThePreamble(string server, int frames)
    {
        FaultRun run = await FaultRun.RunAsync(server, ServerFault.Cut(0));

        Assert.Equal(frames, FaultRun.Frames(server, run.Text).Length);
    }

    [Theory]
    [InlineData(Ollama, ConnectionCut.EndOfBody)]
    [InlineData(OpenAI, ConnectionCut.Close)]
    [InlineData(OpenAI, ConnectionCut.Reset)]
    public async Task CutAfterBytes_ExactlySoMany(string server, ConnectionCut cut)
    {
        FaultRun normal = await FaultRun.RunAsync(server);

        FaultRun run = await FaultRun.RunAsync(server, ServerFault.CutAfterBytes(333, cut));

        Assert.Equal(normal.Bytes[..333], run.Bytes);
        AssertEnd(cut, run.Error);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task NoTerminator_AllButTheLastFrame(string server)
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(server, ServerFault.NoTerminator());

        Assert.Equal(string.Concat(normal[..^1]), run.Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task FinishesTwice_FinishFrameRepeated(string server)
    {
        (string[] normal, FaultRun run, _) = await FaultRun.BesideAsync(server, ServerFault.FinishesTwice());

        int finish = server == Ollama ? normal.Length - 1 : normal.Length - 2;
        Assert.Equal(string.Concat([.. normal[..(finish + 1)], .. normal[finish..]]), run.Text);
    }

    private static void AssertEnd(ConnectionCut cut, Exception? error)
    {
        switch (cut)
        {
            case ConnectionCut.EndOfBody:
                Assert.Null(error);
                break;
            case ConnectionCut.Close:
                Assert.Equal(HttpRequestError.ResponseEnded, Innermost<HttpIOException>(error).HttpRequestError);
                break;
            default:
                Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, Innermost<System.Net.Sockets.SocketException>(error).SocketErrorCode);
                break;
        }
    }

    private static T Innermost<T>(Exception? error)
        where T : Exception
    {
        while (error is not null and not T)
        {
            error = error.InnerException;
        }

        return Assert.IsType<T>(error);
    }
}
