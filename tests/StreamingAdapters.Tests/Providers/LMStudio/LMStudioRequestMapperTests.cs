using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.LMStudio;

/// <summary>Messages and options to the body of LM Studio's own API, compared with the whole JSON.</summary>
public sealed class LMStudioRequestMapperTests
{
    private const string HelloJson = """ "model":"m","stream":true,"input":"hello" """;

    private static JsonElement Schema => JsonDocument.Parse(SampleTools.SchemaJson).RootElement;

    /// <summary>What it shows, the options, and the members that they add.</summary>
    public static TheoryData<string, Func<ChatOptions?>, string> Options => new()
    {
        { "none", () => null, "" },
        { "nothing set", () => new ChatOptions(), "" },
        { "temperature", () => new ChatOptions { Temperature = 0.7f }, ""","temperature":0.7""" },
        { "top p and top k", () => new ChatOptions { TopP = 0, TopK = 40 }, ""","top_p":0,"top_k":40""" },
        { "max tokens", () => new ChatOptions { MaxOutputTokens = 100 }, ""","max_output_tokens":100""" },
        { "instructions", () => new ChatOptions { Instructions = "be brief" }, ""","system_prompt":"be brief" """ },
        { "conversation", () => new ChatOptions { ConversationId = "resp_1" }, ""","previous_response_id":"resp_1" """ },
        { "text", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Text }, "" },
        { "no tools", () => new ChatOptions { Tools = [], ToolMode = ChatToolMode.Auto }, "" },
        { "servers of tools", () => new ChatOptions { Tools = [new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp")) { AllowedTools = ["search"], ApprovalMode = HostedMcpServerToolApprovalMode.NeverRequire }] }, ""","integrations":[{"type":"ephemeral_mcp","server_label":"hf","server_url":"https://hf.example/mcp","allowed_tools":["search"]}]""" },
        { "none of the tools", () => new ChatOptions { Tools = [new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp"))], ToolMode = ChatToolMode.None, AdditionalProperties = new() { ["integrations"] = new[] { "mcp/playwright" } } }, "" },
        { "none of the application's functions", () => new ChatOptions { Tools = [SampleTools.Weather], ToolMode = ChatToolMode.None }, "" },
        { "plugins", () => new ChatOptions { AdditionalProperties = new() { ["integrations"] = new[] { "mcp/playwright" } } }, ""","integrations":["mcp/playwright"]""" },
        { "one plugin beside servers", () => new ChatOptions { Tools = [new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp"))], AdditionalProperties = new() { ["integrations"] = "mcp/playwright" } }, ""","integrations":[{"type":"ephemeral_mcp","server_label":"hf","server_url":"https://hf.example/mcp"},"mcp/playwright"]""" },
        { "plugins beside servers", () => new ChatOptions { Tools = [new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp"))], AdditionalProperties = new() { ["integrations"] = JsonNode.Parse("""["mcp/playwright"]""") } }, ""","integrations":[{"type":"ephemeral_mcp","server_label":"hf","server_url":"https://hf.example/mcp"},"mcp/playwright"]""" },
        { "additional properties", () => new ChatOptions { AdditionalProperties = new() { ["min_p"] = 0.1, ["repeat_penalty"] = 1.1, ["context_length"] = 8000, ["nothing"] = null } }, ""","min_p":0.1,"repeat_penalty":1.1,"context_length":8000""" },
        { "additional properties do not replace options", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["temperature"] = 2, ["stream"] = false } }, ""","temperature":1""" },
        { "keys of this library stay here", () => new ChatOptions { AdditionalProperties = new() { [StreamingKeys.ModelLoad] = 1 } }, "" },
        { "members that the protocol has no word for", () => new ChatOptions { StopSequences = ["a"], AllowBackgroundResponses = true, AllowMultipleToolCalls = true, Seed = 1, FrequencyPenalty = 1, PresencePenalty = 1 }, "" },
    };

    /// <summary>What it shows, the messages, the members that they make.</summary>
    public static TheoryData<string, ChatMessage[], string> Messages => new()
    {
        { "a system message", [new(ChatRole.System, "be brief"), new(ChatRole.User, "hello")], """ "system_prompt":"be brief","input":"hello" """ },
        { "two messages", [new(ChatRole.User, "one"), new(ChatRole.User, "two")], """ "input":[{"type":"message","content":"one"},{"type":"message","content":"two"}]""" },
        { "empty text", [new(ChatRole.User, [new TextContent(""), new TextContent("x")])], """ "input":"x" """ },
        { "an image", [new(ChatRole.User, [new TextContent("what?"), new DataContent(new byte[] { 1, 2 }, "image/png")])], """ "input":[{"type":"message","content":"what?"},{"type":"image","data_url":"data:image/png;base64,AQI="}]""" },
        { "an image alone", [new(ChatRole.User, [new DataContent(new byte[] { 1, 2 }, "image/png")])], """ "input":[{"type":"image","data_url":"data:image/png;base64,AQI="}]""" },
    };

    /// <summary>What cannot be carried, and what the error says.</summary>
    public static TheoryData<string, Func<(ChatMessage[] Messages, ChatOptions? Options)>> Refused => new()
    {
        { "ChatOptions.ConversationId of the last answer", () => ([new(ChatRole.User, "a"), new(ChatRole.Assistant, "b"), new(ChatRole.User, "c")], null) },
        { "at least one message of the user", () => ([new(ChatRole.System, "be brief")], null) },
        { "data of type audio/wav", () => ([new(ChatRole.User, [new DataContent(new byte[] { 1 }, "audio/wav")])], null) },
        { "load it into a DataContent", () => ([new(ChatRole.User, [new UriContent("https://host/x.png", "image/png")])], null) },
        { "load it into a DataContent", () => ([new(ChatRole.User, [new HostedFileContent("f")])], null) },
        { "no calls of the application's functions", () => ([new(ChatRole.Tool, [new FunctionResultContent("c", "r")])], null) },
        { "'weather' is none", () => ([new(ChatRole.User, "a")], new ChatOptions { Tools = [SampleTools.Weather] }) },
        { "those of 'hf' need an approval", () => ([new(ChatRole.User, "a")], new ChatOptions { Tools = [new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp")) { ApprovalMode = HostedMcpServerToolApprovalMode.AlwaysRequire }] }) },
        { "no structured output", () => ([new(ChatRole.User, "a")], new ChatOptions { ResponseFormat = ChatResponseFormat.Json }) },
        { "no structured output", () => ([new(ChatRole.User, "a")], new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema) }) },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Map_Options_GivesTheBody(string what, Func<ChatOptions?> options, string members)
    {
        AssertBody($"{{{HelloJson}{members}}}", OfLMStudio(options: options()), what);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Map_Messages_AreTheInput(string what, ChatMessage[] messages, string members)
    {
        AssertBody($$"""{"model":"m","stream":true,{{members}}}""", OfLMStudio(messages), what);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Map_WhatTheProtocolCannotCarry_IsRefusedAndNamesTheOtherFace(string part, Func<(ChatMessage[] Messages, ChatOptions? Options)> call)
    {
        (ChatMessage[] messages, ChatOptions? options) = call();

        var error = Assert.Throws<ChatValidationException>(() => OfLMStudio(messages, options));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains("OpenAIDialect.LMStudio", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReasoningEffort.None, "off")]
    [InlineData(ReasoningEffort.Low, "low")]
    [InlineData(ReasoningEffort.Medium, "medium")]
    [InlineData(ReasoningEffort.High, "high")]
    [InlineData(ReasoningEffort.ExtraHigh, "high")]
    public void Map_Reasoning_IsItsEffort(ReasoningEffort effort, string expected)
    {
        var options = new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort, Output = ReasoningOutput.Full } };

        AssertBody($$"""{{{HelloJson}},"reasoning":"{{expected}}"}""", OfLMStudio(options: options));
    }

    [Fact]
    public void Map_HeadersOfAServer_GoToIt()
    {
        var server = new HostedMcpServerTool("hf", new Uri("https://hf.example/mcp")) { Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer t" } };

        AssertJson("""{"Authorization":"Bearer t"}""", OfLMStudio(options: new ChatOptions { Tools = [server] }).Body()["integrations"]![0]!["headers"]);
    }

    [Fact]
    public void Map_SettingsOfTheClient_AreSent()
    {
        AssertBody($$"""{{{HelloJson}},"store":false,"context_length":4096}""", OfLMStudio(store: false, contextLength: 4096));
    }

    [Fact]
    public void Map_NotStreaming_SaysSo()
    {
        AssertBody("""{"model":"m","stream":false,"input":"hello"}""", OfLMStudio(isStreaming: false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Map_RawRepresentation_StandsAndIsFilledUp(bool asElement)
    {
        const string Raw = """{"input":"mine","temperature":0.1,"stream":false,"own":[1]}""";
        var options = new ChatOptions
        {
            Temperature = 1,
            TopK = 5,
            RawRepresentationFactory = client => ReferenceEquals(client, Client) ? asElement ? JsonDocument.Parse(Raw).RootElement : JsonNode.Parse(Raw) : null,
        };

        AssertBody("""{"input":"mine","temperature":0.1,"stream":false,"own":[1],"model":"m","top_k":5}""", OfLMStudio([new ChatMessage(ChatRole.Assistant, "not sent")], options));
    }

    [Theory]
    [InlineData("http://host", "http://host/api/v1/chat")]
    [InlineData("http://host/", "http://host/api/v1/chat")]
    [InlineData("http://host/api/v1", "http://host/api/v1/chat")]
    [InlineData("http://host/api/v1/chat", "http://host/api/v1/chat")]
    [InlineData("http://host/proxy/api/v1/?a=b", "http://host/proxy/api/v1/chat?a=b")]
    public void Map_Endpoint_IsTheBaseOfTheAddress(string endpoint, string expected)
    {
        Assert.Equal(expected, OfLMStudio(endpoint: endpoint).Uri.ToString());
    }
}
