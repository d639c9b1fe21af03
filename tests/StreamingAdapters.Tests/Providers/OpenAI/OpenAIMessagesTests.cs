using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>Conversations to messages, compared with the whole JSON.</summary>
public sealed class OpenAIMessagesTests
{
    private const string Png = "data:image/png;base64,iVBORw0KGgo=";

    /// <summary>What it shows, the messages, and their JSON.</summary>
    public static TheoryData<string, ChatMessage[], string> Messages => new()
    {
        { "roles", [new(ChatRole.System, "s"), new(new ChatRole("developer"), "d"), new(ChatRole.User, "u"), new(ChatRole.Assistant, "a"), new(ChatRole.Tool, "t")], """[{"role":"system","content":"s"},{"role":"developer","content":"d"},{"role":"user","content":"u"},{"role":"assistant","content":"a"},{"role":"user","content":"t"}]""" },
        { "prefill", [new(ChatRole.User, "u"), new(ChatRole.Assistant, "a") { AdditionalProperties = new() { ["prefix"] = true } }], """[{"role":"user","content":"u"},{"role":"assistant","content":"a","prefix":true}]""" },
        { "names", [new(ChatRole.User, "u") { AuthorName = "Ann" }, new(ChatRole.Assistant, "a") { AuthorName = "bot" }], """[{"role":"user","content":"u","name":"Ann"},{"role":"assistant","content":"a","name":"bot"}]""" },
        { "nothing said", [new(ChatRole.User, []), new(ChatRole.Assistant, [])], """[{"role":"user","content":""},{"role":"assistant","content":""}]""" },
        { "several texts", [new(ChatRole.User, [new TextContent("a"), new TextContent("b")])], """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]""" },
        { "texts of an answer are joined", [new(ChatRole.Assistant, [new TextContent("a"), new TextContent("b")])], """[{"role":"assistant","content":"ab"}]""" },
        { "image bytes and links, with detail", [new(ChatRole.User, [new TextContent("see"), new DataContent(Png), new UriContent("https://a.example/i.png", "image/png") { AdditionalProperties = new() { ["detail"] = "low" } }])], $$$"""[{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"{{{Png}}}"}},{"type":"image_url","image_url":{"url":"https://a.example/i.png","detail":"low"}}]}]""" },
        { "one image alone", [new(ChatRole.User, [new DataContent(Png) { AdditionalProperties = new() { ["other"] = 1 } }])], $$$"""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{Png}}}"}}]}]""" },
        { "audio of every kind", [new(ChatRole.User, [Audio("wav"), Audio("x-wav"), Audio("wave"), Audio("mpeg"), Audio("mp3"), Audio("flac")])], """[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AQI=","format":"wav"}},{"type":"input_audio","input_audio":{"data":"AQI=","format":"wav"}},{"type":"input_audio","input_audio":{"data":"AQI=","format":"wav"}},{"type":"input_audio","input_audio":{"data":"AQI=","format":"mp3"}},{"type":"input_audio","input_audio":{"data":"AQI=","format":"mp3"}},{"type":"input_audio","input_audio":{"data":"AQI=","format":"flac"}}]}]""" },
        { "files", [new(ChatRole.User, [new DataContent(new byte[] { 1, 2 }, "application/pdf") { Name = "a.pdf" }, new DataContent(new byte[] { 1, 2 }, "text/csv"), new HostedFileContent("file-1")])], """[{"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQI="}},{"type":"file","file":{"filename":"file","file_data":"data:text/csv;base64,AQI="}},{"type":"file","file":{"file_id":"file-1"}}]}]""" },
        { "contents that mean nothing to the server", [new(ChatRole.User, [new TextContent("u"), new UsageContent(new UsageDetails()), new ErrorContent("e"), new TextReasoningContent("r")])], """[{"role":"user","content":"u"}]""" },
        { "a refusal", [new(ChatRole.Assistant, [new ErrorContent("other"), new ErrorContent("I can't") { ErrorCode = "Refusal" }])], """[{"role":"assistant","content":"","refusal":"I can't"}]""" },
        {
            "a round of tools", [new(ChatRole.User, "u"), new(ChatRole.Assistant, [new TextContent("let me see"), Call("1", "f", new() { ["x"] = 1, ["y"] = "é\"", ["z"] = null }), Call("2", "g", null)]), new(ChatRole.Tool, [new FunctionResultContent("1", "sunny"), new FunctionResultContent("2", null)])],
            """[{"role":"user","content":"u"},{"role":"assistant","content":"let me see","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"x\":1,\"y\":\"é\\\"\",\"z\":null}"}},{"id":"2","type":"function","function":{"name":"g","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"sunny"},{"role":"tool","tool_call_id":"2","content":""}]"""
        },
        { "calls alone have no text", [new(ChatRole.Assistant, [Call("1", "f", new())])], """[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}]""" },
        { "arguments that are no object go back as they came", [new(ChatRole.Assistant, [new FunctionCallContent("1", "f") { AdditionalProperties = new() { ["arguments_raw"] = "{\"x\":\"unfin" } }])], """[{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"x\":\"unfin"}}]}]""" },
        { "a result beside a text", [new(ChatRole.User, [new FunctionResultContent("1", "r"), new TextContent("and?")])], """[{"role":"tool","tool_call_id":"1","content":"r"},{"role":"user","content":"and?"}]""" },
    };

    /// <summary>A result, and the text that the model reads.</summary>
    public static TheoryData<object?, string> Results => new()
    {
        { null, "" },
        { "plain \"text\"", "plain \"text\"" },
        { JsonDocument.Parse("\"a\\nb\"").RootElement, "a\nb" },
        { JsonDocument.Parse("{\"city\":\"Zürich\",\"n\":[1,2.50]}").RootElement, "{\"city\":\"Zürich\",\"n\":[1,2.50]}" },
        { JsonDocument.Parse("null").RootElement, "null" },
        { System.Text.Json.Nodes.JsonNode.Parse("{\"a\":1}"), "{\"a\":1}" },
        { new TextContent("t"), "t" },
        { new AIContent[] { new TextContent("a"), new DataContent(Png), new TextContent("b") }, "ab" },
        { 5, "5" },
        { true, "true" },
        { new Dictionary<string, object?> { ["a"] = "ü<b>" }, "{\"a\":\"ü<b>\"}" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Map_Messages_GivesTheirJson(string what, ChatMessage[] messages, string expected)
    {
        AssertJson(expected, OfChat(messages).Body()["messages"], what);
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void Map_ToolResult_IsTheTextThatTheModelReads(object? result, string expected)
    {
        Assert.Equal(expected, (string?)OfChat([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", result)])]).Body()["messages"]![0]!["content"]);
    }

    [Theory]
    [InlineData("be brief", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Map_Instructions_LeadAsSystemMessage(string? instructions, bool leads)
    {
        AssertJson(
            leads ? """[{"role":"system","content":"be brief"},{"role":"user","content":"hello"}]""" : """[{"role":"user","content":"hello"}]""",
            OfChat(options: new ChatOptions { Instructions = instructions }).Body()["messages"]);
    }

    [Fact]
    public void Map_LinkToAnythingButAnImage_IsRefused()
    {
        var error = Assert.Throws<ChatValidationException>(() => OfChat([new ChatMessage(ChatRole.User, [new UriContent("https://a.example/secret.pdf", "application/pdf")])]));

        Assert.Contains("application/pdf", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    /// <summary>How reasoning of earlier answers goes back: the first answer is of an earlier question, the second inside the running tool loop.</summary>
    [Theory]
    [InlineData(OpenAIReasoningHistory.None, "", "")]
    [InlineData(OpenAIReasoningHistory.ToolLoop, "", ""","reasoning_content":"thinking" """)]
    [InlineData(OpenAIReasoningHistory.Details, ""","reasoning_details":[{"type":"x","data":"old"}]""", ""","reasoning_details":[{"type":"reasoning.text","text":"thinking","signature":"S"}]""")]
    public void Map_ReasoningOfEarlierAnswers_GoesBackAsTheDialectWants(OpenAIReasoningHistory history, string old, string current)
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "1"),
            new(ChatRole.Assistant, [new TextReasoningContent("old") { ProtectedData = """[{"type":"x","data":"old"}]""" }, new TextContent("a")]),
            new(ChatRole.User, "2"),
            new(ChatRole.Assistant, [new TextReasoningContent("think"), new TextReasoningContent("ing"), new TextReasoningContent("") { ProtectedData = """[{"type":"reasoning.text","text":"thinking","signature":"S"}]""" }, Call("1", "f", new())]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "r")]),
            new(ChatRole.Assistant, "no thought"),
        ];

        AssertJson(
            $$$"""[{"role":"user","content":"1"},{"role":"assistant","content":"a"{{{old}}}},{"role":"user","content":"2"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]{{{current}}}},{"role":"tool","tool_call_id":"1","content":"r"},{"role":"assistant","content":"no thought"}]""",
            OfChat(messages, dialect: OpenAIDialect.Generic with { ReasoningHistory = history }).Body()["messages"]);
    }

    [Fact]
    public void Map_Anything_ChangesNoMessage()
    {
        ChatMessage[] messages = [new(ChatRole.Assistant, [new TextContent("a"), Call("1", "f", new() { ["x"] = System.Text.Json.Nodes.JsonNode.Parse("[1]") })])];

        string first = OfChat(messages).Text();

        Assert.Equal(first, OfChat(messages).Text());
        Assert.Equal(2, messages[0].Contents.Count);
    }

    private static DataContent Audio(string subtype) => new(new byte[] { 1, 2 }, "audio/" + subtype);

    private static FunctionCallContent Call(string id, string name, Dictionary<string, object?>? arguments) => new(id, name, arguments);
}
