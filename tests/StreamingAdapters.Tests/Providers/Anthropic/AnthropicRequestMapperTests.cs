using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Providers;
using StreamingAdapters.Streams;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.Anthropic;

/// <summary>Options to the body and the headers of a message, compared with the whole JSON.</summary>
public sealed class AnthropicRequestMapperTests
{
    private const string HelloJson = """ "model":"m","stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]""";
    private const string WeatherJson = $$"""{"name":"weather","description":"The weather of a city.","input_schema":{{SampleTools.SchemaJson}}}""";

    private static JsonElement Schema => JsonDocument.Parse(SampleTools.SchemaJson).RootElement;

    /// <summary>What it shows, the options, and the members that they add.</summary>
    public static TheoryData<string, Func<ChatOptions?>, string> Options => new()
    {
        { "none", () => null, ""","max_tokens":8192""" },
        { "nothing set", () => new ChatOptions(), ""","max_tokens":8192""" },
        { "temperature", () => new ChatOptions { Temperature = 0.7f }, ""","max_tokens":8192,"temperature":0.7""" },
        { "top p and top k", () => new ChatOptions { TopP = 0, TopK = 40 }, ""","max_tokens":8192,"top_p":0,"top_k":40""" },
        { "max tokens", () => new ChatOptions { MaxOutputTokens = 100 }, ""","max_tokens":100""" },
        { "stop", () => new ChatOptions { StopSequences = ["a", "\n"] }, ""","max_tokens":8192,"stop_sequences":["a","\n"]""" },
        { "no stop", () => new ChatOptions { StopSequences = [] }, ""","max_tokens":8192""" },
        { "instructions", () => new ChatOptions { Instructions = "be brief" }, ""","max_tokens":8192,"system":"be brief" """ },
        { "text", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Text }, ""","max_tokens":8192""" },
        { "JSON without a schema has no word", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, ""","max_tokens":8192""" },
        { "schema", () => new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "city") }, $$$""","max_tokens":8192,"output_config":{"format":{"type":"json_schema","schema":{{{SampleTools.SchemaJson}}}}}""" },
        { "tools", () => new ChatOptions { Tools = [SampleTools.Weather] }, $""","max_tokens":8192,"tools":[{WeatherJson}]""" },
        { "the server's own tools", () => new ChatOptions { Tools = [new HostedWebSearchTool(), new HostedCodeInterpreterTool()] }, ""","max_tokens":8192,"tools":[{"type":"web_search_20250305","name":"web_search"},{"type":"code_execution_20250825","name":"code_execution"}]""" },
        { "tools that the protocol does not know", () => new ChatOptions { Tools = [new HostedFileSearchTool()], ToolMode = ChatToolMode.RequireAny }, ""","max_tokens":8192""" },
        { "no tools", () => new ChatOptions { Tools = [], ToolMode = ChatToolMode.Auto }, ""","max_tokens":8192""" },
        { "a strict tool without description", () => new ChatOptions { Tools = [new SampleTools.Custom("f", "{}", true)] }, ""","max_tokens":8192,"tools":[{"name":"f","input_schema":{"type":"object"},"strict":true}]""" },
        { "a tool without a schema", () => new ChatOptions { Tools = [new SampleTools.Custom("f", "true", null)] }, ""","max_tokens":8192,"tools":[{"name":"f","input_schema":{"type":"object"}}]""" },
        { "auto", () => Tooled(ChatToolMode.Auto), $$""","max_tokens":8192,"tools":[{{WeatherJson}}],"tool_choice":{"type":"auto"}""" },
        { "none of the tools", () => Tooled(ChatToolMode.None, parallel: false), $$""","max_tokens":8192,"tools":[{{WeatherJson}}],"tool_choice":{"type":"none"}""" },
        { "any tool", () => Tooled(ChatToolMode.RequireAny), $$""","max_tokens":8192,"tools":[{{WeatherJson}}],"tool_choice":{"type":"any"}""" },
        { "one tool", () => Tooled(ChatToolMode.RequireSpecific("weather")), $$""","max_tokens":8192,"tools":[{{WeatherJson}}],"tool_choice":{"type":"tool","name":"weather"}""" },
        { "one call at a time", () => Tooled(null, parallel: false), $$""","max_tokens":8192,"tools":[{{WeatherJson}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}""" },
        { "several calls at a time", () => Tooled(null, parallel: true), $$""","max_tokens":8192,"tools":[{{WeatherJson}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":false}""" },
        { "additional properties", () => new ChatOptions { AdditionalProperties = new() { ["metadata"] = JsonNode.Parse("""{"user_id":"u"}"""), ["service_tier"] = "auto", ["cache_control"] = Schema, ["nothing"] = null } }, $$$""","max_tokens":8192,"metadata":{"user_id":"u"},"service_tier":"auto","cache_control":{{{SampleTools.SchemaJson}}}""" },
        { "additional properties do not replace options", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["temperature"] = 2, ["stream"] = false, ["max_tokens"] = 5 } }, ""","max_tokens":8192,"temperature":1""" },
        { "keys of this library stay here", () => new ChatOptions { AdditionalProperties = new() { [StreamingKeys.UsageSoFar] = 1, ["betas"] = "b" } }, ""","max_tokens":8192""" },
        { "members that the protocol has no word for", () => new ChatOptions { ConversationId = "c", AllowBackgroundResponses = true, Seed = 1, FrequencyPenalty = 1, PresencePenalty = 1 }, ""","max_tokens":8192""" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Map_Options_GivesTheBody(string what, Func<ChatOptions?> options, string members)
    {
        AssertBody($"{{{HelloJson}{members}}}", OfAnthropic(options: options()), what);
    }

    /// <summary>Whether budgets are used, an effort and an output, and the members that they add.</summary>
    [Theory]
    [InlineData(false, ReasoningEffort.None, null, ""","max_tokens":8192,"thinking":{"type":"disabled"}""")]
    [InlineData(false, ReasoningEffort.Low, null, ""","max_tokens":8192,"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}""")]
    [InlineData(false, ReasoningEffort.Medium, ReasoningOutput.Full, ""","max_tokens":8192,"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"medium"}""")]
    [InlineData(false, ReasoningEffort.High, ReasoningOutput.Summary, ""","max_tokens":8192,"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"high"}""")]
    [InlineData(false, ReasoningEffort.ExtraHigh, ReasoningOutput.None, ""","max_tokens":8192,"thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"max"}""")]
    [InlineData(false, null, null, ""","max_tokens":8192,"thinking":{"type":"adaptive"}""")]
    [InlineData(true, ReasoningEffort.None, null, ""","max_tokens":8192,"thinking":{"type":"disabled"}""")]
    [InlineData(true, ReasoningEffort.Low, null, ""","max_tokens":9216,"thinking":{"type":"enabled","budget_tokens":1024}""")]
    [InlineData(true, ReasoningEffort.Medium, null, ""","max_tokens":12288,"thinking":{"type":"enabled","budget_tokens":4096}""")]
    [InlineData(true, ReasoningEffort.High, null, ""","max_tokens":24576,"thinking":{"type":"enabled","budget_tokens":16384}""")]
    [InlineData(true, ReasoningEffort.ExtraHigh, ReasoningOutput.Full, ""","max_tokens":40960,"thinking":{"type":"enabled","budget_tokens":32768,"display":"summarized"}""")]
    public void Map_Reasoning_IsAskedForByEffortOrBudget(bool usesBudgets, ReasoningEffort? effort, ReasoningOutput? output, string members)
    {
        var options = new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort, Output = output } };

        AssertBody($"{{{HelloJson}{members}}}", OfAnthropic(options: options, settings: new AnthropicOptions { UsesThinkingBudgets = usesBudgets }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Map_RawRepresentation_StandsAndIsFilledUp(bool asElement)
    {
        const string Raw = """{"max_tokens":7,"thinking":{"type":"enabled","budget_tokens":5},"output_config":{"effort":"low"},"stream":false,"own":[1]}""";
        var options = new ChatOptions
        {
            MaxOutputTokens = 100,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema),
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High },
            RawRepresentationFactory = client => ReferenceEquals(client, Client) ? asElement ? JsonDocument.Parse(Raw).RootElement : JsonNode.Parse(Raw) : null,
        };

        AssertBody(
            $$$"""{"max_tokens":7,"thinking":{"type":"enabled","budget_tokens":5},"output_config":{"effort":"low","format":{"type":"json_schema","schema":{{{SampleTools.SchemaJson}}}}},"stream":false,"own":[1],"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}""",
            OfAnthropic(options: options));
    }

    [Theory]
    [InlineData("http://host", "http://host/v1/messages")]
    [InlineData("http://host/", "http://host/v1/messages")]
    [InlineData("http://host/v1", "http://host/v1/messages")]
    [InlineData("http://host/v1/messages", "http://host/v1/messages")]
    [InlineData("http://host/anthropic/v1/?a=b", "http://host/anthropic/v1/messages?a=b")]
    public void Map_Endpoint_IsTheBaseOfTheAddress(string endpoint, string expected)
    {
        Assert.Equal(expected, OfAnthropic(endpoint: endpoint).Uri.ToString());
    }

    [Fact]
    public void Map_Betas_AreThoseOfOptionsCallToolsAndFiles()
    {
        var options = new ChatOptions { Tools = [new HostedCodeInterpreterTool()], AdditionalProperties = new() { ["betas"] = new List<string> { "one", "two" } } };

        ProviderRequest request = OfAnthropic([new ChatMessage(ChatRole.User, [new HostedFileContent("f")])], options, new AnthropicOptions { Betas = { "two", "three" }, Version = "v" });

        Assert.Equal([KeyValuePair.Create("anthropic-version", "v"), KeyValuePair.Create("anthropic-beta", "two,three,one,code-execution-2025-08-25,files-api-2025-04-14")], request.Headers);
    }

    [Fact]
    public void Map_FileInAResult_NeedsTheBetaToo()
    {
        ProviderRequest request = OfAnthropic([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", new HostedFileContent("f"))])]);

        Assert.Contains(KeyValuePair.Create("anthropic-beta", "files-api-2025-04-14"), request.Headers);
    }

    [Fact]
    public void Map_FilesOfTheCodeInterpreter_AreUploadedWithTheFirstMessage()
    {
        var options = new ChatOptions { Tools = [new HostedCodeInterpreterTool { Inputs = [new HostedFileContent("f1"), new HostedFileContent("f2")] }] };

        ProviderRequest request = OfAnthropic([.. Hello, new ChatMessage(ChatRole.Assistant, "hi"), .. Hello], options);

        AssertJson("""[{"type":"container_upload","file_id":"f1"},{"type":"container_upload","file_id":"f2"},{"type":"text","text":"hello"}]""", request.Body()["messages"]![0]!["content"]);
        AssertJson("""[{"type":"text","text":"hello"}]""", request.Body()["messages"]![2]!["content"]);
        Assert.Contains(KeyValuePair.Create("anthropic-beta", "code-execution-2025-08-25,files-api-2025-04-14"), request.Headers);
    }

    [Fact]
    public void Map_BudgetOnTopOfTheLargestBound_StaysPositive()
    {
        var options = new ChatOptions { MaxOutputTokens = int.MaxValue, Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low } };

        AssertJson("2147484671", OfAnthropic(options: options, settings: new AnthropicOptions { UsesThinkingBudgets = true }).Body()["max_tokens"]);
    }

    [Theory]
    [InlineData("\"a, b\"", "a,b")]
    [InlineData("[\"a\",\"b\"]", "a,b")]
    public void Map_BetasOfACall_MayBeTextOrJson(string json, string expected)
    {
        var element = JsonElement.Parse(json);
        foreach (object value in (object[])[element, JsonNode.Parse(json)!, element.ValueKind == JsonValueKind.String ? element.GetString()! : element.EnumerateArray().Select(name => name.GetString()!).ToArray()])
        {
            var options = new ChatOptions { AdditionalProperties = new() { ["betas"] = value } };
            Assert.Equal(expected, Assert.Single(OfAnthropic(options: options).Headers, header => header.Key == "anthropic-beta").Value);
        }
    }

    [Fact]
    public void Map_NoBeta_SendsTheVersionAlone()
    {
        Assert.Equal([KeyValuePair.Create("anthropic-version", "2023-06-01")], OfAnthropic().Headers);
    }

    private static ChatOptions Tooled(ChatToolMode? mode, bool? parallel = null) => new() { Tools = [SampleTools.Weather], ToolMode = mode, AllowMultipleToolCalls = parallel };
}
