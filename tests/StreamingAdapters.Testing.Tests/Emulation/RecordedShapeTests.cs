using System.Text.Json;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>The emulated frames have the same members in the same order as frames that real servers sent.</summary>
public sealed class RecordedShapeTests
{
    private const string Tool = """,\"tools\":[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}]""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Hi", "")]
    [InlineData("Hi", ",\"think\":true")]
    [InlineData("call:add {\"x\":1} call:add", "tools")]
    [InlineData("Hi", ",\"options\":{\"num_predict\":3}")]
    public async Task Ollama_EveryLine_HasARecordedShape(string prompt, string more)
    {
        HashSet<string> recorded = Recorded("ollama", "ollama-qwen3-4b-*.ndjson", static line => line);
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);

        string[] shapes = await ShapesAsync(server, "/api/chat", prompt, more, static line => line);

        Assert.All(shapes, shape => Assert.Contains(shape, recorded));
    }

    [Theory]
    [InlineData("Hi", "")]
    [InlineData("Hi", ",\"max_tokens\":3")]
    [InlineData("call:add {\"x\":1} call:add", "tools")]
    [InlineData("call:add {\"x\":1}", "tools")]
    public async Task OpenAI_EveryFrame_HasARecordedShape(string prompt, string more)
    {
        HashSet<string> recorded = Recorded("openai-chat", "openai-*.sse", Payload);
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(cancellationToken: Token);

        string[] shapes = await ShapesAsync(server, "/v1/chat/completions", prompt, more + ",\"stream_options\":{\"include_usage\":true}", Payload);

        Assert.All(shapes, shape => Assert.Contains(shape, recorded));
    }

    private static async Task<string[]> ShapesAsync(EmulatedServer server, string path, string prompt, string more, Func<string, string?> payload)
    {
        string text = JsonSerializer.Serialize(prompt, StringJson.Default.String);
        string request = $"{{\"model\":\"emulated\",\"stream\":true,\"messages\":[{{\"role\":\"user\",\"content\":{text}}}]{more.Replace("tools", Tool.Replace("\\\"", "\""))}}}";
        using var client = new ServerClient(server);
        (string body, _) = await client.ReadAsync(path, request);
        string[] shapes = [.. body.Split('\n').Select(payload).Where(json => json is { Length: > 0 }).Select(json => Shape(ServerClient.Parse(json!)))];
        Assert.NotEmpty(shapes);
        return shapes;
    }

    private static HashSet<string> Recorded(string folder, string pattern, Func<string, string?> payload)
    {
        string root = Path.Combine(Fixtures(), folder);
        HashSet<string> shapes = [];
        foreach (string? json in Directory.EnumerateFiles(root, pattern).SelectMany(File.ReadLines).Select(payload))
        {
            if (json is { Length: > 0 })
            {
                shapes.Add(Shape(ServerClient.Parse(json)));
            }
        }

        return shapes;
    }

    private static string? Payload(string line) => line.StartsWith("data: {", StringComparison.Ordinal) ? line["data: ".Length..] : null;

    // Values do not matter, nor what a tool's arguments are made of.
    private static string Shape(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', element.EnumerateObject().Select(p => p.Name is "arguments" or "usage" ? p.Name : $"{p.Name}:{Shape(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Shape))}]",
        _ => "_",
    };

    private static string Fixtures()
    {
        string? folder = Environment.GetEnvironmentVariable("ADAPTERS_FIXTURES");
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); folder is null && at is not null; at = at.Parent)
        {
            folder = File.Exists(Path.Combine(at.FullName, "Adapters.sln")) ? Path.Combine(at.FullName, "..", "shared", "fixtures") : null;
        }

        if (folder is null || !Directory.Exists(folder))
        {
            Assert.Skip("The recorded streams are missing: put them into ../shared/fixtures or name their folder in ADAPTERS_FIXTURES.");
        }

        return folder;
    }
}
