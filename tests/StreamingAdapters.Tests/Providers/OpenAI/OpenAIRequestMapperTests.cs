using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>Options to the body of a chat completion, compared with the whole JSON.</summary>
public sealed class OpenAIRequestMapperTests
{
    private const string HelloJson = """ "model":"m","messages":[{"role":"user","content":"hello"}],"stream":true""";

    private static JsonElement Schema => JsonDocument.Parse(SampleTools.SchemaJson).RootElement;

    /// <summary>What it shows, the options, and the members that they add.</summary>
    public static TheoryData<string, Func<ChatOptions?>, string> Options => new()
    {
        { "none", () => null, "" },
        { "nothing set", () => new ChatOptions(), "" },
        { "temperature", () => new ChatOptions { Temperature = 0.7f }, ""","temperature":0.7""" },
        { "top p", () => new ChatOptions { TopP = 0 }, ""","top_p":0""" },
        { "top k", () => new ChatOptions { TopK = 40 }, ""","top_k":40""" },
        { "max tokens", () => new ChatOptions { MaxOutputTokens = 100 }, ""","max_tokens":100""" },
        { "unlimited, as LM Studio knows it", () => new ChatOptions { MaxOutputTokens = -1 }, ""","max_tokens":-1""" },
        { "penalties", () => new ChatOptions { FrequencyPenalty = 0.5f, PresencePenalty = -1.5f }, ""","frequency_penalty":0.5,"presence_penalty":-1.5""" },
        { "seed", () => new ChatOptions { Seed = long.MaxValue }, ""","seed":9223372036854775807""" },
        { "stop", () => new ChatOptions { StopSequences = ["a", "\n"] }, ""","stop":["a","\n"]""" },
        { "no stop", () => new ChatOptions { StopSequences = [] }, "" },
        { "text", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Text }, ""","response_format":{"type":"text"}""" },
        { "JSON", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, ""","response_format":{"type":"json_object"}""" },
        { "schema", () => new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema) }, $$$""","response_format":{"type":"json_schema","json_schema":{"name":"response","schema":{{{SampleTools.SchemaJson}}}}}""" },
        { "schema with a name, strict", () => new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "city", "a city"), AdditionalProperties = new() { ["strict"] = true } }, $$$""","response_format":{"type":"json_schema","json_schema":{"name":"city","description":"a city","strict":true,"schema":{{{SampleTools.SchemaJson}}}}}""" },
        { "tools", () => new ChatOptions { Tools = [SampleTools.Weather, SampleTools.Hosted] }, $""","tools":[{SampleTools.WeatherJson}]""" },
        { "tools that are not functions", () => new ChatOptions { Tools = [SampleTools.Hosted], ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = true }, "" },
        { "no tools", () => new ChatOptions { Tools = [], ToolMode = ChatToolMode.Auto }, "" },
        { "a strict tool without description and parameters", () => new ChatOptions { Tools = [new SampleTools.Custom("f", "true", true)] }, ""","tools":[{"type":"function","function":{"name":"f","strict":true}}]""" },
        { "a tool whose strict is no bool", () => new ChatOptions { Tools = [new SampleTools.Custom("f", "{}", "yes")] }, ""","tools":[{"type":"function","function":{"name":"f","parameters":{}}}]""" },
        { "auto", () => Tooled(ChatToolMode.Auto), $""","tools":[{SampleTools.WeatherJson}],"tool_choice":"auto" """ },
        { "none of the tools", () => Tooled(ChatToolMode.None), $""","tools":[{SampleTools.WeatherJson}],"tool_choice":"none" """ },
        { "any tool", () => Tooled(ChatToolMode.RequireAny), $""","tools":[{SampleTools.WeatherJson}],"tool_choice":"required" """ },
        { "one tool", () => Tooled(ChatToolMode.RequireSpecific("weather")), $$$""","tools":[{{{SampleTools.WeatherJson}}}],"tool_choice":{"type":"function","function":{"name":"weather"}}""" },
        { "one call at a time", () => Tooled(null, parallel: false), $""","tools":[{SampleTools.WeatherJson}],"parallel_tool_calls":false""" },
        { "several calls at a time", () => Tooled(null, parallel: true), $""","tools":[{SampleTools.WeatherJson}],"parallel_tool_calls":true""" },
        { "additional properties", () => new ChatOptions { AdditionalProperties = new() { ["n"] = 2, ["logprobs"] = true, ["top_logprobs"] = 3L, ["user"] = "u", ["min_p"] = 0.05, ["x"] = JsonNode.Parse("{\"y\":[1]}"), ["z"] = Schema, ["nothing"] = null } }, $$$""","n":2,"logprobs":true,"top_logprobs":3,"user":"u","min_p":0.05,"x":{"y":[1]},"z":{{{SampleTools.SchemaJson}}}""" },
        { "additional properties do not replace options", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["temperature"] = 2, ["stream"] = false, ["model"] = "x" } }, ""","temperature":1""" },
        { "keys of this library stay here", () => new ChatOptions { AdditionalProperties = new() { [StreamingKeys.UsageSoFar] = 1, [StreamingKeys.FinishReasonRaw] = "x", [StreamingKeys.ArgumentsRaw] = "y", ["streaming.other"] = 1, ["strict"] = true } }, "" },
        { "members that the protocol has no word for", () => new ChatOptions { ConversationId = "c", AllowBackgroundResponses = true }, "" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Map_Options_GivesTheBody(string what, Func<ChatOptions?> options, string members)
    {
        AssertBody($"{{{HelloJson}{members}}}", OfChat(options: options()), what);
    }

    [Theory]
    [InlineData(true, true, """,  "stream_options":{"include_usage":true}""")]
    [InlineData(true, false, "")]
    [InlineData(false, true, "")]
    public void Map_Streaming_AsksForUsageWhereTheDialectDoes(bool isStreaming, bool asksForUsage, string members)
    {
        var request = OfChat(isStreaming: isStreaming, dialect: OpenAIDialect.Generic with { SendsStreamOptions = asksForUsage });

        Assert.Equal(isStreaming, request.IsStreaming);
        AssertBody($$"""{"model":"m","messages":[{"role":"user","content":"hello"}],"stream":{{(isStreaming ? "true" : "false")}}{{members}}}""", request);
    }

    /// <summary>Whether a stream is asked for, the caller's own body, and the two members of the request.</summary>
    [Theory]
    [InlineData(true, "{}", """{"stream":true,"stream_options":{"a":1}}""")]
    [InlineData(false, "{}", """{"stream":false}""")]
    [InlineData(true, """{"stream":true}""", """{"stream":true,"stream_options":{"a":1}}""")]
    [InlineData(true, """{"stream":true,"stream_options":null}""", """{"stream":true,"stream_options":null}""")]
    [InlineData(true, """{"stream":false}""", """{"stream":false}""")]
    [InlineData(true, """{"stream":"odd"}""", """{"stream":"odd"}""")]
    [InlineData(true, """{"stream":[]}""", """{"stream":[]}""")]
    [InlineData(false, """{"stream":true,"stream_options":{}}""", """{"stream":false}""")]
    public void Map_StreamOptionsOfTheCaller_GoAlongWithAStreamAlone(bool isStreaming, string raw, string expected)
    {
        var options = new ChatOptions { RawRepresentationFactory = _ => JsonNode.Parse(raw), AdditionalProperties = new() { ["stream_options"] = JsonNode.Parse("""{"a":1}""") } };

        JsonObject body = OfChat(options: options, isStreaming: isStreaming, dialect: OpenAIDialect.Generic).Body();
        body.Remove("model");
        body.Remove("messages");

        AssertJson(expected, body);
    }

    [Fact]
    public void Map_NoModel_NamesNone()
    {
        var request = OfChat(model: null);

        Assert.Null(request.ModelId);
        AssertBody("""{"messages":[{"role":"user","content":"hello"}],"stream":true}""", request);
    }

    /// <summary>A dialect, an effort and an output, and the members that they add.</summary>
    [Theory]
    [InlineData(false, ReasoningEffort.None, null, ""","reasoning_effort":"none" """)]
    [InlineData(false, ReasoningEffort.Low, null, ""","reasoning_effort":"low" """)]
    [InlineData(false, ReasoningEffort.Medium, null, ""","reasoning_effort":"medium" """)]
    [InlineData(false, ReasoningEffort.High, null, ""","reasoning_effort":"high" """)]
    [InlineData(false, ReasoningEffort.ExtraHigh, ReasoningOutput.Full, ""","reasoning_effort":"xhigh" """)]
    [InlineData(false, null, ReasoningOutput.Full, "")]
    [InlineData(false, null, null, "")]
    [InlineData(true, ReasoningEffort.High, null, ""","reasoning":{"effort":"high"}""")]
    [InlineData(true, ReasoningEffort.High, ReasoningOutput.None, ""","reasoning":{"effort":"high","exclude":true}""")]
    [InlineData(true, ReasoningEffort.High, ReasoningOutput.Summary, ""","reasoning":{"effort":"high"}""")]
    [InlineData(true, null, ReasoningOutput.None, ""","reasoning":{"exclude":true}""")]
    [InlineData(true, null, ReasoningOutput.Full, ""","reasoning":{"enabled":true}""")]
    [InlineData(true, null, null, "")]
    public void Map_Reasoning_IsWrittenAsTheDialectDoes(bool asObject, ReasoningEffort? effort, ReasoningOutput? output, string members)
    {
        var options = new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort, Output = output } };

        AssertBody($"{{{HelloJson}{members}}}", OfChat(options: options, dialect: OpenAIDialect.Generic with { SendsStreamOptions = false, SendsReasoningObject = asObject }));
        AssertBody($"{{{HelloJson}}}", OfChat(options: new ChatOptions(), dialect: OpenAIDialect.Generic with { SendsStreamOptions = false, SendsReasoningObject = asObject }));
    }

    [Fact]
    public void Map_RawRepresentation_IsFilledOnlyWhereUnset()
    {
        var raw = new JsonObject { ["model"] = "raw", ["temperature"] = 2, ["stop"] = null, ["custom"] = new JsonArray(1), ["max_tokens"] = 5 };
        var options = new ChatOptions
        {
            RawRepresentationFactory = client => client == Client ? raw : null,
            Temperature = 0.5f,
            TopP = 0.9f,
            StopSequences = ["x"],
            MaxOutputTokens = 100,
            AdditionalProperties = new() { ["custom"] = 2, ["n"] = 3 },
        };

        var request = OfChat(options: options, dialect: OpenAIDialect.OpenAI with { SendsStreamOptions = false });

        AssertBody("""{"model":"raw","temperature":2,"stop":null,"custom":[1],"max_tokens":5,"messages":[{"role":"user","content":"hello"}],"top_p":0.9,"n":3,"stream":true}""", request);
        Assert.Equal(5, raw.Count);
    }

    [Fact]
    public void Map_RawRepresentationAsElement_IsTaken()
    {
        JsonElement raw = JsonDocument.Parse("""{"messages":[],"max_completion_tokens":7,"stream":true}""").RootElement;

        AssertBody("""{"messages":[],"max_completion_tokens":7,"stream":true,"model":"m"}""", OfChat(options: new ChatOptions { RawRepresentationFactory = _ => raw, MaxOutputTokens = 100 }));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("\"x\"")]
    public void Map_RawRepresentationOfAnotherKind_IsNone(string json)
    {
        object? raw = JsonDocument.Parse(json).RootElement is { ValueKind: not JsonValueKind.Null } element ? element : null;

        AssertBody($"{{{HelloJson}}}", OfChat(options: new ChatOptions { RawRepresentationFactory = _ => raw }));
    }

    [Fact]
    public void Map_ValueWithoutJsonContract_FailsWithItsNameAndType()
    {
        var options = new ChatOptions { AdditionalProperties = new() { ["odd"] = new System.Text.StringBuilder("x") } };

        var error = Assert.Throws<ChatValidationException>(() => OfChat(options: options));

        Assert.Contains("'odd'", error.Message, StringComparison.Ordinal);
        Assert.Contains("StringBuilder", error.Message, StringComparison.Ordinal);
    }

    // Prompts are cut by UTF-16 units; a request must still be JSON.
    [Fact]
    public void Map_HalfSurrogate_IsReplaced()
    {
        Assert.Equal("a\uFFFD", (string?)OfChat([new ChatMessage(ChatRole.User, "a\ud83d")]).Body()["messages"]![0]!["content"]);
    }

    /// <summary>The endpoint, the version, the model and the address.</summary>
    [Theory]
    [InlineData("http://host:1234", null, "http://host:1234/v1/chat/completions")]
    [InlineData("http://host:1234/", null, "http://host:1234/v1/chat/completions")]
    [InlineData("http://host/v1", null, "http://host/v1/chat/completions")]
    [InlineData("http://host/v1/", null, "http://host/v1/chat/completions")]
    [InlineData("https://host/api/paas/v4", null, "https://host/api/paas/v4/chat/completions")]
    [InlineData("https://host/v1/chat/completions", null, "https://host/v1/chat/completions")]
    [InlineData("https://host/v1?tenant=a%20b", null, "https://host/v1/chat/completions?tenant=a%20b")]
    [InlineData("https://host?tenant=a", null, "https://host/v1/chat/completions?tenant=a")]
    [InlineData("https://r.openai.azure.com", "2024-10-21", "https://r.openai.azure.com/openai/deployments/m%20x%2Fy/chat/completions?api-version=2024-10-21")]
    [InlineData("https://r.openai.azure.com/", "2024-10-21", "https://r.openai.azure.com/openai/deployments/m%20x%2Fy/chat/completions?api-version=2024-10-21")]
    [InlineData("https://r.openai.azure.com/openai/v1/", "2024-10-21", "https://r.openai.azure.com/openai/deployments/m%20x%2Fy/chat/completions?api-version=2024-10-21")]
    [InlineData("https://r.openai.azure.com/openai", "2024-10-21", "https://r.openai.azure.com/openai/deployments/m%20x%2Fy/chat/completions?api-version=2024-10-21")]
    [InlineData("https://gateway/azure/", "v 1", "https://gateway/azure/openai/deployments/m%20x%2Fy/chat/completions?api-version=v%201")]
    public void Map_Endpoint_GivesTheAddress(string endpoint, string? apiVersion, string expected)
    {
        Assert.Equal(expected, OfChat(endpoint: endpoint, apiVersion: apiVersion, model: "m x/y").Uri.AbsoluteUri);
    }

    [Fact]
    public void Map_AzureWithoutVersion_HasItsOwnBase()
    {
        Assert.Equal("https://r.openai.azure.com/openai/v1/chat/completions", OfChat(endpoint: "https://r.openai.azure.com", dialect: OpenAIDialect.AzureOpenAI).Uri.AbsoluteUri);
        Assert.Equal("https://r/openai/deployments//chat/completions?api-version=1", OfChat(endpoint: "https://r", apiVersion: "1", model: null).Uri.AbsoluteUri);
    }

    private static ChatOptions Tooled(ChatToolMode? mode, bool? parallel = null) => new() { Tools = [SampleTools.Weather], ToolMode = mode, AllowMultipleToolCalls = parallel };
}
