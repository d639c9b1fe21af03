using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>The emulated frames have the same members in the same order as frames that real servers sent.</summary>
public sealed class RecordedShapeTests
{
    private const string Tool = """,\"tools\":[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}]""";

    public static IEnumerable<ITheoryDataRow> OllamaPrompts => FixtureFolder.Rows(static () => new TheoryData<string, string>
    {
        { "Hi", "" },
        { "Hi", ",\"think\":true" },
        { "call:add {\"x\":1} call:add", "tools" },
        { "Hi", ",\"options\":{\"num_predict\":3}" },
    });

    public static IEnumerable<ITheoryDataRow> OpenAIPrompts => FixtureFolder.Rows(static () => new TheoryData<string, string>
    {
        { "Hi", "" },
        { "Hi", ",\"max_tokens\":3" },
        { "call:add {\"x\":1} call:add", "tools" },
        { "call:add {\"x\":1}", "tools" },
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(OllamaPrompts))]
    public async Task Ollama_EveryLine_HasARecordedShape(string prompt, string more)
    {
        HashSet<string> recorded = Recorded("ollama", "ollama-qwen3-4b-*.ndjson", static line => line);
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: Token);

        string[] shapes = await ShapesAsync(server, "/api/chat", prompt, more, static line => line);

        Assert.All(shapes, shape => Assert.Contains(shape, recorded));
    }

    [Theory]
    [MemberData(nameof(OpenAIPrompts))]
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
        string root = Path.Combine(FixtureFolder.Root!, folder);
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
}
