using System.Text;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>One answer of a fresh server, with or without a fault; equal seeds and clocks make the answers comparable byte by byte.</summary>
internal sealed record FaultRun(int Status, string? ContentType, byte[] Bytes, Exception? Error, IReadOnlyDictionary<string, string> Headers)
{
    public const string Ollama = "Ollama";
    public const string OpenAI = "OpenAI";

    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The frames of a text that has nothing but frames.</summary>
    public static string[] Frames(string server, string text)
    {
        string end = server == Ollama ? "\n" : "\n\n";
        return [.. text.Split(end, StringSplitOptions.RemoveEmptyEntries).Select(frame => frame + end)];
    }

    public static async Task<EmulatedServer> StartAsync(string server, EmulatedServerOptions? options = null)
    {
        options ??= new EmulatedServerOptions { Words = 4, TimeProvider = new ManualTimeProvider() };
        CancellationToken token = TestContext.Current.CancellationToken;
        return server == Ollama ? await EmulatedOllamaServer.StartAsync(options, token) : await EmulatedOpenAIServer.StartAsync(options, token);
    }

    public static string PathOf(string server) => server == Ollama ? "/api/chat" : "/v1/chat/completions";

    public static string Request(bool stream = true) =>
        $"{{\"model\":\"emulated\",\"stream\":{(stream ? "true" : "false")},\"messages\":[{{\"role\":\"user\",\"content\":\"Hi\"}}]}}";

    public static async Task<FaultRun> RunAsync(string serverName, ServerFault? fault = null, bool stream = true)
    {
        await using EmulatedServer server = await StartAsync(serverName);
        server.Enqueue(fault is null ? [] : [fault]);
        using var client = new ServerClient(server);
        using HttpResponseMessage response = await client.OpenAsync(PathOf(serverName), Request(stream));
        (byte[] bytes, Exception? error) = await ServerClient.ReadBytesAsync(response);
        return new FaultRun(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            bytes,
            error,
            response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The frames without the fault, the run with it, and the frames up to the given number of chunks.</summary>
    public static async Task<(string[] Normal, FaultRun Run, string[] Before)> BesideAsync(string server, ServerFault fault, int chunks = 0)
    {
        string[] normal = Frames(server, (await RunAsync(server)).Text);
        FaultRun run = await RunAsync(server, fault);
        return (normal, run, normal[..(chunks + (server == Ollama ? 0 : 1))]);
    }
}
