using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.Ollama;

/// <summary>Messages and options to the bodies of both endpoints, compared with the whole JSON.</summary>
public sealed class OllamaRequestMapperTests
{
    private const string HelloJson = """ "model":"m","messages":[{"role":"user","content":"hello"}],"stream":true""";

    private static readonly DataContent Png = new("data:image/png;base64,iVBORw0KGgo=");

    private static JsonElement Schema => JsonDocument.Parse(SampleTools.SchemaJson).RootElement;

    /// <summary>What it shows, the options, and the members that they add.</summary>
    public static TheoryData<string, Func<ChatOptions?>, string> Options => new()
    {
        { "none", () => null, "" },
        { "nothing set", () => new ChatOptions(), "" },
        { "parameters", () => new ChatOptions { Temperature = 0.7f, TopP = 0.9f, TopK = 40, MaxOutputTokens = 100, Seed = 7, FrequencyPenalty = 0.5f, PresencePenalty = -1, StopSequences = ["a", "b"] }, ""","options":{"num_predict":100,"temperature":0.7,"top_p":0.9,"top_k":40,"seed":7,"frequency_penalty":0.5,"presence_penalty":-1,"stop":["a","b"]}""" },
        { "no stop", () => new ChatOptions { StopSequences = [] }, "" },
        { "text", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Text }, "" },
        { "JSON", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, ""","format":"json" """ },
        { "schema", () => new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "city") }, $""","format":{SampleTools.SchemaJson}""" },
        { "tools", () => new ChatOptions { Tools = [SampleTools.Weather, SampleTools.Hosted], ToolMode = ChatToolMode.Auto }, $""","tools":[{SampleTools.WeatherJson}]""" },
        { "no tool may be called", () => new ChatOptions { Tools = [SampleTools.Weather], ToolMode = ChatToolMode.None }, "" },
        { "no tools", () => new ChatOptions { Tools = [SampleTools.Hosted] }, "" },
        { "members of the request", () => new ChatOptions { AdditionalProperties = new() { ["think"] = "high", ["keep_alive"] = "5m", ["format"] = "json", ["logprobs"] = true, ["top_logprobs"] = 3, ["truncate"] = false, ["shift"] = false } }, ""","think":"high","keep_alive":"5m","format":"json","logprobs":true,"top_logprobs":3,"truncate":false,"shift":false""" },
        { "parameters of the model", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["num_ctx"] = 8192, ["min_p"] = 0.05, ["temperature"] = 2, ["mirostat"] = null } }, ""","options":{"temperature":1,"num_ctx":8192,"min_p":0.05}""" },
        { "options of one's own", () => new ChatOptions { Temperature = 1, TopK = 5, AdditionalProperties = new() { ["options"] = JsonNode.Parse("""{"temperature":2}""") } }, ""","options":{"temperature":2,"top_k":5}""" },
        { "options that are no object stand", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["options"] = "x" } }, ""","options":"x" """ },
        { "keys of this library stay here", () => new ChatOptions { AdditionalProperties = new() { [StreamingKeys.UsageSoFar] = 1, [StreamingKeys.FinishReasonRaw] = "x" } }, "" },
        { "properties win over options", () => new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.Low }, ResponseFormat = ChatResponseFormat.Json, AdditionalProperties = new() { ["think"] = false, ["format"] = Schema } }, $""","think":false,"format":{SampleTools.SchemaJson}""" },
    };

    /// <summary>What it shows, the messages, and their JSON.</summary>
    public static TheoryData<string, ChatMessage[], string> Messages => new()
    {
        { "roles", [new(ChatRole.System, "s"), new(new ChatRole("developer"), "d"), new(ChatRole.User, "u"), new(ChatRole.Assistant, "a"), new(ChatRole.Tool, "t")], """[{"role":"system","content":"s"},{"role":"user","content":"d"},{"role":"user","content":"u"},{"role":"assistant","content":"a"},{"role":"user","content":"t"}]""" },
        { "nothing said", [new(ChatRole.User, [])], """[{"role":"user","content":""}]""" },
        { "texts are joined", [new(ChatRole.User, [new TextContent("a"), new TextContent("b"), new UsageContent(new UsageDetails())])], """[{"role":"user","content":"ab"}]""" },
        { "images without a prefix", [new(ChatRole.User, [new TextContent("see"), Png, Png])], """[{"role":"user","content":"see","images":["iVBORw0KGgo=","iVBORw0KGgo="]}]""" },
        { "thinking stays", [new(ChatRole.Assistant, [new TextReasoningContent("th"), new TextReasoningContent("ink"), new TextContent("a")])], """[{"role":"assistant","content":"a","thinking":"think"}]""" },
        { "thinking that is empty", [new(ChatRole.Assistant, [new TextReasoningContent(""), new TextContent("a")])], """[{"role":"assistant","content":"a"}]""" },
        {
            "a round of tools", [new(ChatRole.User, "u"), new(ChatRole.Assistant, [new TextReasoningContent("t"), new FunctionCallContent("1", "f", new Dictionary<string, object?> { ["x"] = 1, ["y"] = Schema, ["z"] = null }), new FunctionCallContent("2", "g")]), new(ChatRole.Tool, [new FunctionResultContent("1", "sunny"), new FunctionResultContent("2", 5), new FunctionResultContent("other", null)])],
            $$$$"""[{"role":"user","content":"u"},{"role":"assistant","content":"","thinking":"t","tool_calls":[{"id":"1","function":{"name":"f","arguments":{"x":1,"y":{{{{SampleTools.SchemaJson}}}},"z":null}}},{"id":"2","function":{"name":"g","arguments":{}}}]},{"role":"tool","content":"sunny","tool_name":"f","tool_call_id":"1"},{"role":"tool","content":"5","tool_name":"g","tool_call_id":"2"},{"role":"tool","content":"","tool_call_id":"other"}]"""
        },
        { "a result beside a text", [new(ChatRole.User, [new FunctionResultContent("1", "r"), new TextContent("and?")])], """[{"role":"tool","content":"r","tool_call_id":"1"},{"role":"user","content":"and?"}]""" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Map_Options_GivesTheBody(string what, Func<ChatOptions?> options, string members)
    {
        AssertBody($"{{{HelloJson}{members}}}", OfOllama(options: options()), what);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Map_Messages_GivesTheirJson(string what, ChatMessage[] messages, string expected)
    {
        AssertJson(expected, OfOllama(messages).Body()["messages"], what);
    }

    [Theory]
    [InlineData("be brief", """[{"role":"system","content":"be brief"},{"role":"user","content":"hello"}]""")]
    [InlineData("", """[{"role":"user","content":"hello"}]""")]
    public void Map_Instructions_LeadAsSystemMessage(string instructions, string expected)
    {
        AssertJson(expected, OfOllama(options: new ChatOptions { Instructions = instructions }).Body()["messages"]);
    }

    [Theory]
    [InlineData(ReasoningEffort.None, null, "false")]
    [InlineData(ReasoningEffort.Low, null, "\"low\"")]
    [InlineData(ReasoningEffort.Medium, null, "\"medium\"")]
    [InlineData(ReasoningEffort.High, ReasoningOutput.None, "\"high\"")]
    [InlineData(ReasoningEffort.ExtraHigh, null, "\"max\"")]
    [InlineData(null, ReasoningOutput.Summary, "true")]
    [InlineData(null, ReasoningOutput.Full, "true")]
    [InlineData(null, ReasoningOutput.None, null)]
    [InlineData(null, null, null)]
    public void Map_Reasoning_IsThink(ReasoningEffort? effort, ReasoningOutput? output, string? expected)
    {
        AssertJson(expected, OfOllama(options: new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort, Output = output } }).Body()["think"]);
    }

    /// <summary>A time in seconds (the smallest and the endless ones named), and <c>keep_alive</c>.</summary>
    [Theory]
    [InlineData("00:05:00", "\"300s\"")]
    [InlineData("00:00:00", "\"0s\"")]
    [InlineData("00:00:00.25", "\"0.25s\"")]
    [InlineData("00:00:00.0000001", "\"0.0000001s\"")]
    [InlineData("365.00:00:00", "\"31536000s\"")]
    [InlineData("-00:00:00.001", "-1")]
    [InlineData("-1.00:00:00", "-1")]
    [InlineData(null, null)]
    public void Map_KeepAlive_IsADurationThatTheServerReads(string? time, string? expected)
    {
        TimeSpan? keepAlive = time is null ? null : TimeSpan.Parse(time);

        AssertJson(expected, OfOllama(keepAlive: keepAlive).Body()["keep_alive"]);
        Assert.Equal("5m", (string?)OfOllama(keepAlive: keepAlive, options: new ChatOptions { AdditionalProperties = new() { ["keep_alive"] = "5m" } }).Body()["keep_alive"]);
    }

    [Fact]
    public void Map_RawRepresentation_IsFilledOnlyWhereUnset()
    {
        var raw = new JsonObject { ["model"] = "raw", ["think"] = null, ["options"] = new JsonObject { ["temperature"] = 2 }, ["keep_alive"] = 0 };
        var options = new ChatOptions { RawRepresentationFactory = client => client == Client ? raw : null, Temperature = 0.5f, TopP = 0.9f, Reasoning = new() { Effort = ReasoningEffort.High } };

        var request = OfOllama(options: options, keepAlive: TimeSpan.FromSeconds(5));

        AssertBody("""{"model":"raw","think":null,"options":{"temperature":2,"top_p":0.9},"keep_alive":0,"messages":[{"role":"user","content":"hello"}],"stream":true}""", request);
        Assert.Single(raw["options"]!.AsObject());
    }

    [Fact]
    public void Map_RawRepresentationWithNullOptions_GetsOptions()
    {
        AssertJson("""{"top_k":1}""", OfOllama(options: new ChatOptions { RawRepresentationFactory = _ => new JsonObject { ["options"] = null }, TopK = 1 }).Body()["options"]);
    }

    [Fact]
    public void Map_RawPrompt_IsOneText()
    {
        ChatMessage[] messages = [new(ChatRole.User, [new TextContent("a"), Png]), new(ChatRole.Assistant, "b")];

        var request = OfOllama(messages, new ChatOptions { Instructions = "i", Tools = [SampleTools.Weather], Temperature = 1, AdditionalProperties = new() { ["suffix"] = "s" } }, rawPrompt: true);
        var plain = OfOllama(rawPrompt: true, isStreaming: false, model: null);

        AssertBody("""{"model":"m","prompt":"i\na\nb","images":["iVBORw0KGgo="],"raw":true,"stream":true,"suffix":"s","options":{"temperature":1}}""", request);
        AssertBody("""{"prompt":"hello","raw":true,"stream":false}""", plain);
        Assert.Equal("http://host:11434/api/generate", request.Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://localhost:11434", "http://localhost:11434/api/chat")]
    [InlineData("http://localhost:11434/", "http://localhost:11434/api/chat")]
    [InlineData("https://gateway/ollama/", "https://gateway/ollama/api/chat")]
    [InlineData("https://gateway/ollama?tenant=a", "https://gateway/ollama/api/chat?tenant=a")]
    public void Map_Endpoint_GivesTheAddress(string endpoint, string expected)
    {
        Assert.Equal(expected, OfOllama(endpoint: endpoint).Uri.AbsoluteUri);
    }

    public static TheoryData<AIContent, string> Unsupported => new()
    {
        { new DataContent(new byte[] { 1 }, "application/pdf"), "data of type application/pdf" },
        { new DataContent(new byte[] { 1 }, "audio/wav"), "data of type audio/wav" },
        { new UriContent("https://a.example/secret.png", "image/png"), "a link to image/png" },
        { new HostedFileContent("file-secret"), "HostedFileContent" },
    };

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void Map_ContentThatTheProtocolCannotCarry_IsRefused(AIContent content, string words)
    {
        ChatMessage[] messages = [new(ChatRole.User, [new TextContent("see"), content])];

        foreach (bool rawPrompt in (bool[])[false, true])
        {
            var error = Assert.Throws<ChatValidationException>(() => OfOllama(messages, rawPrompt: rawPrompt));

            Assert.Contains(words, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Map_ArgumentsWithoutJsonContract_FailWithTheToolsName()
    {
        ChatMessage[] messages = [new(ChatRole.Assistant, [new FunctionCallContent("1", "f", new Dictionary<string, object?> { ["x"] = new System.Text.StringBuilder("x") })])];

        var error = Assert.Throws<ChatValidationException>(() => OfOllama(messages));

        Assert.Contains("'f'", error.Message, StringComparison.Ordinal);
    }
}
