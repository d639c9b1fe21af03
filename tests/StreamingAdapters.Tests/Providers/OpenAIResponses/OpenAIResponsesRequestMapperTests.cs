using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.OpenAIResponses;
using StreamingAdapters.Streams;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.OpenAIResponses;

/// <summary>Options to the body of <c>/responses</c>, compared with the whole JSON.</summary>
public sealed class OpenAIResponsesRequestMapperTests
{
    private const string HelloJson = """ "model":"m","stream":true,"input":[{"type":"message","role":"user","content":"hello"}]""";
    private const string WeatherJson = $$"""{"type":"function","name":"weather","description":"The weather of a city.","parameters":{{SampleTools.SchemaJson}},"strict":false}""";

    private static JsonElement Schema => JsonDocument.Parse(SampleTools.SchemaJson).RootElement;

    /// <summary>What it shows, the options, and the members that they add.</summary>
    public static TheoryData<string, Func<ChatOptions?>, string> Options => new()
    {
        { "none", () => null, "" },
        { "nothing set", () => new ChatOptions(), "" },
        { "temperature", () => new ChatOptions { Temperature = 0.7f }, ""","temperature":0.7""" },
        { "top p", () => new ChatOptions { TopP = 0 }, ""","top_p":0""" },
        { "max tokens", () => new ChatOptions { MaxOutputTokens = 100 }, ""","max_output_tokens":100""" },
        { "instructions", () => new ChatOptions { Instructions = "be brief" }, ""","instructions":"be brief" """ },
        { "empty instructions", () => new ChatOptions { Instructions = "" }, "" },
        { "the answer before", () => new ChatOptions { ConversationId = "resp_1" }, ""","previous_response_id":"resp_1" """ },
        { "a conversation", () => new ChatOptions { ConversationId = "conv_1" }, ""","conversation":"conv_1" """ },
        { "in the background", () => new ChatOptions { AllowBackgroundResponses = true }, ""","background":true""" },
        { "not in the background", () => new ChatOptions { AllowBackgroundResponses = false }, "" },
        { "text", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Text }, ""","text":{"format":{"type":"text"}}""" },
        { "JSON", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, ""","text":{"format":{"type":"json_object"}}""" },
        { "schema", () => new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "city", "A city."), AdditionalProperties = new() { ["strict"] = true } }, $$$""","text":{"format":{"type":"json_schema","name":"city","schema":{{{SampleTools.SchemaJson}}},"description":"A city.","strict":true}}""" },
        { "schema without a name", () => new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema) }, $$$""","text":{"format":{"type":"json_schema","name":"response","schema":{{{SampleTools.SchemaJson}}}}}""" },
        { "tools", () => new ChatOptions { Tools = [SampleTools.Weather] }, $""","tools":[{WeatherJson}]""" },
        { "no tools", () => new ChatOptions { Tools = [], ToolMode = ChatToolMode.Auto, AllowMultipleToolCalls = true }, "" },
        { "a strict tool without description", () => new ChatOptions { Tools = [new SampleTools.Custom("f", "{}", true)] }, ""","tools":[{"type":"function","name":"f","parameters":{},"strict":true}]""" },
        { "a tool without a schema", () => new ChatOptions { Tools = [new SampleTools.Custom("f", "true", null)] }, ""","tools":[{"type":"function","name":"f","strict":false}]""" },
        { "the server's own tools", () => new ChatOptions { Tools = [new HostedWebSearchTool(), new HostedCodeInterpreterTool(), new HostedCodeInterpreterTool { Inputs = [new HostedFileContent("f1")] }, new HostedFileSearchTool { Inputs = [new HostedVectorStoreContent("vs1")], MaximumResultCount = 3 }] }, ""","tools":[{"type":"web_search"},{"type":"code_interpreter","container":{"type":"auto"}},{"type":"code_interpreter","container":{"type":"auto","file_ids":["f1"]}},{"type":"file_search","vector_store_ids":["vs1"],"max_num_results":3}]""" },
        { "a tool in the server's own words", () => new ChatOptions { Tools = [new OwnTool("""{"type":"custom","name":"write_sql"}""")] }, ""","tools":[{"type":"custom","name":"write_sql"}]""" },
        { "images that the server makes", () => new ChatOptions { Tools = [new HostedImageGenerationTool(), new HostedImageGenerationTool { Options = new() { ModelId = "gpt-image-1", ImageSize = new(1024, 1536), MediaType = "image/webp" } }] }, ""","tools":[{"type":"image_generation"},{"type":"image_generation","model":"gpt-image-1","size":"1024x1536","output_format":"webp"}]""" },
        { "servers of tools", () => new ChatOptions { Tools = [new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp")) { ServerDescription = "d", AllowedTools = ["a"], Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer t" }, ApprovalMode = HostedMcpServerToolApprovalMode.NeverRequire }] }, ""","tools":[{"type":"mcp","server_label":"hf","server_url":"https://hf.example/mcp","server_description":"d","allowed_tools":["a"],"headers":{"Authorization":"Bearer t"},"require_approval":"never"}]""" },
        { "servers of tools that need an approval", () => new ChatOptions { Tools = [new HostedMcpServerTool("mail", "connector_gmail") { ApprovalMode = HostedMcpServerToolApprovalMode.AlwaysRequire }, new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp")) { ApprovalMode = HostedMcpServerToolApprovalMode.RequireSpecific(["a"], null) }] }, ""","tools":[{"type":"mcp","server_label":"mail","connector_id":"connector_gmail","require_approval":"always"},{"type":"mcp","server_label":"hf","server_url":"https://hf.example/mcp","require_approval":{"always":{"tool_names":["a"]}}}]""" },
        { "one of the server's own tools", () => new ChatOptions { Tools = [new HostedWebSearchTool()], ToolMode = ChatToolMode.RequireSpecific("web_search") }, ""","tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"}""" },
        { "one server of tools", () => new ChatOptions { Tools = [new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp"))], ToolMode = ChatToolMode.RequireSpecific("mcp") }, ""","tools":[{"type":"mcp","server_label":"hf","server_url":"https://hf.example/mcp"}],"tool_choice":{"type":"mcp","server_label":"hf"}""" },
        { "one tool in the server's own words", () => new ChatOptions { Tools = [new OwnTool("""{"type":"custom","name":"write_sql","description":"d"}""")], ToolMode = ChatToolMode.RequireSpecific("write_sql") }, ""","tools":[{"type":"custom","name":"write_sql","description":"d"}],"tool_choice":{"type":"custom","name":"write_sql"}""" },
        { "one tool that is not there", () => new ChatOptions { Tools = [new HostedWebSearchTool()], ToolMode = ChatToolMode.RequireSpecific("f") }, ""","tools":[{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"}""" },
        { "auto", () => Tooled(ChatToolMode.Auto), $$""","tools":[{{WeatherJson}}],"tool_choice":"auto" """ },
        { "none of the tools", () => Tooled(ChatToolMode.None), $$""","tools":[{{WeatherJson}}],"tool_choice":"none" """ },
        { "any tool", () => Tooled(ChatToolMode.RequireAny), $$""","tools":[{{WeatherJson}}],"tool_choice":"required" """ },
        { "one tool", () => Tooled(ChatToolMode.RequireSpecific("weather")), $$""","tools":[{{WeatherJson}}],"tool_choice":{"type":"function","name":"weather"}""" },
        { "one call at a time", () => Tooled(null, parallel: false), $$""","tools":[{{WeatherJson}}],"parallel_tool_calls":false""" },
        { "additional properties", () => new ChatOptions { AdditionalProperties = new() { ["metadata"] = JsonNode.Parse("""{"user":"u"}"""), ["service_tier"] = "flex", ["truncation"] = "auto", ["nothing"] = null } }, ""","metadata":{"user":"u"},"service_tier":"flex","truncation":"auto" """ },
        { "additional properties do not replace options", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["temperature"] = 2, ["stream"] = false } }, ""","temperature":1""" },
        { "keys of this library stay here", () => new ChatOptions { AdditionalProperties = new() { [StreamingKeys.UsageSoFar] = 1 } }, "" },
        { "members that the protocol has no word for", () => new ChatOptions { Seed = 1, FrequencyPenalty = 1, PresencePenalty = 1, TopK = 4, StopSequences = ["a"] }, "" },
        { "reasoning without wishes", () => new ChatOptions { Reasoning = new ReasoningOptions() }, "" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Map_Options_GivesTheBody(string what, Func<ChatOptions?> options, string members)
    {
        AssertBody($"{{{HelloJson}{members}}}", OfResponses(options: options()), what);
    }

    [Theory]
    [InlineData(ReasoningEffort.None, null, """{"effort":"none"}""")]
    [InlineData(ReasoningEffort.Low, ReasoningOutput.None, """{"effort":"low"}""")]
    [InlineData(ReasoningEffort.Medium, ReasoningOutput.Summary, """{"effort":"medium","summary":"auto"}""")]
    [InlineData(ReasoningEffort.High, ReasoningOutput.Full, """{"effort":"high","summary":"detailed"}""")]
    [InlineData(ReasoningEffort.ExtraHigh, null, """{"effort":"xhigh"}""")]
    [InlineData(null, ReasoningOutput.Full, """{"summary":"detailed"}""")]
    public void Map_Reasoning_IsAskedForByEffortAndSummary(ReasoningEffort? effort, ReasoningOutput? output, string expected)
    {
        var options = new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort, Output = output } };

        AssertBody($"{{{HelloJson},\"reasoning\":{expected}}}", OfResponses(options: options));
    }

    [Theory]
    [InlineData(null, null, "")]
    [InlineData(true, ReasoningEffort.Low, ""","store":true,"reasoning":{"effort":"low"}""")]
    [InlineData(false, null, ""","store":false""")]
    [InlineData(false, ReasoningEffort.None, ""","store":false,"reasoning":{"effort":"none"}""")]
    [InlineData(false, ReasoningEffort.Low, ""","store":false,"reasoning":{"effort":"low"},"include":["reasoning.encrypted_content"]""")]
    public void Map_Store_AsksForEncryptedReasoningWhereNothingIsKept(bool? store, ReasoningEffort? effort, string members)
    {
        var options = new ChatOptions { Reasoning = effort is null ? null : new ReasoningOptions { Effort = effort } };

        AssertBody($"{{{HelloJson}{members}}}", OfResponses(options: options, store: store));
    }

    [Theory]
    [InlineData("""["web_search_call.results"]""", """["web_search_call.results","reasoning.encrypted_content"]""")]
    [InlineData("""[null,"reasoning.encrypted_content"]""", """[null,"reasoning.encrypted_content"]""")]
    [InlineData("\"x\"", "\"x\"")]
    public void Map_WhatElseToInclude_StandsBesideEncryptedReasoning(string include, string expected)
    {
        var options = new ChatOptions { Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low }, AdditionalProperties = new() { ["include"] = JsonNode.Parse(include) } };

        AssertBody($$"""{{{HelloJson}},"store":false,"reasoning":{"effort":"low"},"include":{{expected}}}""", OfResponses(options: options, store: false));
    }

    [Theory]
    [InlineData("""[{"type":"custom","name":"sql"}]""", "custom_tool_call_output")]
    [InlineData("""[{"type":"custom","name":"sql"},{"type":"web_search"}]""", "custom_tool_call_output")]
    [InlineData("""[{"type":"custom","name":"sql"},{"type":"function","name":"f"}]""", "function_call_output")]
    [InlineData("""[{"type":"web_search"}]""", "function_call_output")]
    [InlineData("[]", "function_call_output")]
    public void Map_ResultWithoutItsCall_IsOfTheOnlyKindOfTools(string tools, string expected)
    {
        var options = new ChatOptions { ConversationId = "resp_1", Tools = [.. JsonNode.Parse(tools)!.AsArray().Select(AITool (tool) => new OwnTool(tool!.ToJsonString()))] };

        JsonNode? input = OfResponses([new(ChatRole.Tool, [new FunctionResultContent("c1", "one row")])], options).Body()["input"];

        AssertJson($$"""[{"type":"{{expected}}","call_id":"c1","output":"one row"}]""", input);
    }

    [Fact]
    public void Map_ResultBesideItsCall_IsOfItsKind()
    {
        var options = new ChatOptions { Tools = [new OwnTool("""{"type":"custom","name":"sql"}""")] };

        JsonNode? input = OfResponses([new(ChatRole.Assistant, [new FunctionCallContent("c1", "old")]), new(ChatRole.Tool, [new FunctionResultContent("c1", "r")])], options).Body()["input"];

        Assert.Equal("function_call_output", (string?)input![1]!["type"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Map_RawRepresentation_StandsAndIsFilledUp(bool asElement)
    {
        const string Raw = """{"store":true,"previous_response_id":"r0","text":{"verbosity":"low"},"reasoning":{"effort":"minimal"},"stream":false,"own":[1]}""";
        var options = new ChatOptions
        {
            ConversationId = "conv_1",
            ResponseFormat = ChatResponseFormat.Json,
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High, Output = ReasoningOutput.Full },
            RawRepresentationFactory = client => ReferenceEquals(client, Client) ? asElement ? JsonDocument.Parse(Raw).RootElement : JsonNode.Parse(Raw) : null,
        };

        AssertBody(
            """{"store":true,"previous_response_id":"r0","text":{"verbosity":"low","format":{"type":"json_object"}},"reasoning":{"effort":"minimal","summary":"detailed"},"stream":false,"own":[1],"model":"m","input":[{"type":"message","role":"user","content":"hello"}]}""",
            OfResponses(options: options, store: false));
    }

    [Theory]
    [InlineData("http://host", "http://host/v1/responses")]
    [InlineData("http://host/", "http://host/v1/responses")]
    [InlineData("http://host/v1", "http://host/v1/responses")]
    [InlineData("http://host/v1/responses", "http://host/v1/responses")]
    [InlineData("http://host/openai/v1/?a=b", "http://host/openai/v1/responses?a=b")]
    public void Map_Endpoint_IsTheBaseOfTheAddress(string endpoint, string expected)
    {
        Assert.Equal(expected, OfResponses(endpoint: endpoint).Uri.ToString());
    }

    [Theory]
    [InlineData(7L, true, "http://host/v1", "http://host/v1/responses/resp_1?stream=true&starting_after=7")]
    [InlineData(null, true, "http://host/v1", "http://host/v1/responses/resp_1?stream=true")]
    [InlineData(7L, false, "http://host/v1", "http://host/v1/responses/resp_1")]
    [InlineData(0L, true, "http://host/openai/v1?a=b", "http://host/openai/v1/responses/resp_1?stream=true&starting_after=0&a=b")]
    public void Map_ContinuationToken_AsksForTheRest(long? number, bool isStreaming, string endpoint, string expected)
    {
        var options = new ChatOptions { ContinuationToken = new OpenAIResponsesToken("resp_1", number).ToToken() };

        ProviderRequest request = OfResponses(options: options, endpoint: endpoint, isStreaming: isStreaming);

        Assert.Equal((HttpMethod.Get, expected, 0), (request.Method, request.Uri.AbsoluteUri, request.Body.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("resp_1")]
    [InlineData("streaming-adapters/responses/1 ")]
    [InlineData("streaming-adapters/responses/1 7 ")]
    [InlineData("streaming-adapters/responses/1 x resp_1")]
    [InlineData("streaming-adapters/responses/2 7 resp_1")]
    public void Map_TokenOfAnotherMaking_IsRefused(string token)
    {
        var options = new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes(System.Text.Encoding.UTF8.GetBytes(token)) };

        var error = Assert.Throws<ChatValidationException>(() => OfResponses(options: options));

        Assert.Contains("ContinuationToken", error.Message, StringComparison.Ordinal);
    }

    private static ChatOptions Tooled(ChatToolMode? mode, bool? parallel = null) => new() { Tools = [SampleTools.Weather], ToolMode = mode, AllowMultipleToolCalls = parallel };

    private sealed class OwnTool(string json) : AITool
    {
        public override IReadOnlyDictionary<string, object?> AdditionalProperties => new Dictionary<string, object?>(StringComparer.Ordinal) { ["openai_tool"] = JsonNode.Parse(json) };
    }
}
