using System.Text.Json;
using StreamingAdapters.Bridge;

namespace StreamingAdapters.Tests.Bridge;

public sealed class StreamingChunkTests
{
    private static readonly DateTimeOffset Time = new(2026, 7, 28, 6, 32, 45, 4, TimeSpan.Zero);

    private static StreamingChunk Full => new()
    {
        Content = "Hi",
        IsFinal = true,
        Model = "m",
        FinishReason = "tool_calls",
        Usage = new ChunkUsage { PromptTokens = 1, CompletionTokens = 2, TotalTokens = 3 },
        ToolCalls = [Chunks.Call("c1", "f", """{"a": 1}""")],
        Delta = new ChunkDelta { Content = "Hi", Role = "assistant" },
        ChunkMetadata = new StreamingChunkMetadata { Index = 7, Timestamp = Time, ChunkSize = 2, Provider = "p" },
    };

    [Fact]
    public void ToJson_EveryMember_HasExactlyThePromisedNames()
    {
        using JsonDocument json = JsonDocument.Parse(Full.ToJson());

        Assert.Equal(["content", "is_final", "model", "finish_reason", "usage", "tool_calls", "delta", "chunk_metadata"], Names(json.RootElement));
        Assert.Equal(["prompt_tokens", "completion_tokens", "total_tokens"], Names(json.RootElement.GetProperty("usage")));
        Assert.Equal(["id", "type", "function"], Names(json.RootElement.GetProperty("tool_calls")[0]));
        Assert.Equal(["name", "arguments"], Names(json.RootElement.GetProperty("tool_calls")[0].GetProperty("function")));
        Assert.Equal(["content", "role"], Names(json.RootElement.GetProperty("delta")));
        Assert.Equal(["index", "timestamp", "chunk_size", "provider"], Names(json.RootElement.GetProperty("chunk_metadata")));
        Assert.Equal("2026-07-28T06:32:45.004+00:00", json.RootElement.GetProperty("chunk_metadata").GetProperty("timestamp").GetString());
        Assert.Equal("""{"a": 1}""", json.RootElement.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public void ToJson_NothingSaid_WritesContentAndIsFinalAlone() => Assert.Equal("""{"content":"","is_final":false}""", new StreamingChunk().ToJson());

    [Fact]
    public void ToJson_OptionsOfAServer_ChangeNothing()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault,
            TypeInfoResolver = StreamingChunkJsonContext.Default,
        };

        string json = JsonSerializer.Serialize(new StreamingChunk { Model = "m" }, options.GetTypeInfo(typeof(StreamingChunk)));

        Assert.Equal("""{"content":"","is_final":false,"model":"m"}""", json);
    }

    [Fact]
    public void Parse_OwnJson_GivesAnEqualChunk()
    {
        StreamingChunk back = StreamingChunk.Parse(Full.ToJson());

        Assert.Equal(Full, back);
        Assert.Equal(Full.GetHashCode(), back.GetHashCode());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"content":null,"is_final":null,"model":null,"finish_reason":null,"usage":null,"tool_calls":null,"delta":null,"chunk_metadata":null}""")]
    [InlineData("""{"tool_calls":[],"extra":{"a":[1]}}""")]
    public void Parse_NullsAbsentAndUnknownMembers_SayNothing(string json)
    {
        StreamingChunk chunk = StreamingChunk.Parse(json);

        Assert.Equal(new StreamingChunk(), chunk);
        Assert.Equal("", chunk.Content);
        Assert.Null(chunk.ToolCalls);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"content":5}""")]
    [InlineData("""{"is_final":"yes"}""")]
    [InlineData("""{"usage":{"prompt_tokens":"x"}}""")]
    [InlineData("""{"tool_calls":[{"function":{"name":"f","arguments":[1]}}]}""")]
    [InlineData("""{"chunk_metadata":{"timestamp":"soon"}}""")]
    [InlineData("""{"chunk_metadata":{"timestamp":true}}""")]
    [InlineData("""{"chunk_metadata":{"timestamp":1e300}}""")]
    public void Parse_WrongShape_Throws(string json) => Assert.Throws<JsonException>(() => StreamingChunk.Parse(json));

    [Fact]
    public void Parse_Null_Throws() => Assert.Throws<ArgumentNullException>(() => StreamingChunk.Parse(null!));

    [Theory]
    [InlineData("\"2026-07-28T06:32:45.004Z\"")]
    [InlineData("\"2026-07-28T08:32:45.004000+02:00\"")]
    [InlineData("\"2026-07-28T06:32:45.004000\"")]
    [InlineData("1785220365.004")]
    [InlineData("1785220365004")]
    public void Parse_Timestamp_TakesWhatLayersWrite(string timestamp)
    {
        StreamingChunk chunk = StreamingChunk.Parse("{\"chunk_metadata\":{\"timestamp\":" + timestamp + "}}");

        Assert.Equal(Time, chunk.ChunkMetadata?.Timestamp);
    }

    [Fact]
    public void Parse_ToolCallOfAnotherLayer_TakesObjectsAndFillsTheType()
    {
        StreamingChunk chunk = StreamingChunk.Parse("""{"tool_calls":[{"function":{"name":"f","arguments":{"a": [1, 2]}}},{"id":"x","type":null,"function":{"name":"g","arguments":null}}]}""");

        Assert.Equal("""{"a": [1, 2]}""", chunk.ToolCalls![0].Function!.Arguments);
        Assert.Equal(("function", (string?)null), (chunk.ToolCalls[0].Type, chunk.ToolCalls[0].Id));
        Assert.Equal(("function", ""), (chunk.ToolCalls[1].Type, chunk.ToolCalls[1].Function!.Arguments));
    }

    public static TheoryData<int> Differences => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Differences))]
    public void Equals_OneMemberDiffers_IsFalse(int member)
    {
        StreamingChunk other = member switch
        {
            0 => Full with { Content = "Ho" },
            1 => Full with { IsFinal = false },
            2 => Full with { Model = null },
            3 => Full with { FinishReason = "stop" },
            4 => Full with { Usage = Full.Usage! with { TotalTokens = 4 } },
            5 => Full with { ToolCalls = [Chunks.Call("c1", "f", """{"a":1}""")] },
            6 => Full with { Delta = null },
            _ => Full with { ChunkMetadata = Full.ChunkMetadata! with { Index = 8 } },
        };

        Assert.NotEqual(Full, other);
        Assert.Equal(Full, Full with { });
    }

    [Theory]
    [InlineData("a", null, "a")]
    [InlineData("", "b", "b")]
    [InlineData("a", "b", "a")]
    [InlineData("", null, "")]
    public void GetChunkContent_EitherMember_IsFound(string content, string? delta, string expected)
    {
        var chunk = new StreamingChunk { Content = content, Delta = new ChunkDelta { Content = delta } };

        Assert.Equal(expected, chunk.GetChunkContent());
        Assert.Equal(content, (chunk with { Delta = null }).GetChunkContent());
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);
}
