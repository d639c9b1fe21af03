using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.OpenAIResponses;

/// <summary>Conversations to the items of <c>input</c>, compared with the whole JSON.</summary>
public sealed class OpenAIResponsesInputTests
{
    private const string Png = "data:image/png;base64,iVBORw0KGgo=";
    private const string Item = """{"type":"web_search_call","id":"ws_1","status":"completed"}""";

    /// <summary>What it shows, the messages, and their JSON.</summary>
    public static TheoryData<string, ChatMessage[], string> Messages => new()
    {
        { "each role", [new(ChatRole.System, "s"), new(new ChatRole("developer"), "d"), new(ChatRole.User, "u"), new(ChatRole.Assistant, "a"), new(ChatRole.Tool, "t")], """[{"type":"message","role":"system","content":"s"},{"type":"message","role":"developer","content":"d"},{"type":"message","role":"user","content":"u"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]},{"type":"message","role":"user","content":"t"}]""" },
        { "nothing said", [new(ChatRole.User, []), new(ChatRole.Assistant, []), new(ChatRole.Assistant, "")], """[{"type":"message","role":"user","content":""}]""" },
        { "several texts", [new(ChatRole.User, [new TextContent("a"), new TextContent("b")]), new(ChatRole.Assistant, [new TextContent("c"), new TextContent("d")])], """[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"c"},{"type":"output_text","text":"d"}]}]""" },
        { "image bytes, links and files", [new(ChatRole.User, [new TextContent("see"), new DataContent(Png), new UriContent("https://a.example/i.png", "image/png") { AdditionalProperties = new() { ["detail"] = "low" } }, new HostedFileContent("f1") { MediaType = "image/png" }])], $$"""[{"type":"message","role":"user","content":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"{{Png}}"},{"type":"input_image","image_url":"https://a.example/i.png","detail":"low"},{"type":"input_image","file_id":"f1"}]}]""" },
        { "documents", [new(ChatRole.User, [new DataContent(new byte[] { 1, 2 }, "application/pdf") { Name = "a.pdf" }, new DataContent(new byte[] { 1 }, "text/plain"), new UriContent("https://a.example/a.pdf", "application/pdf"), new HostedFileContent("f2")])], """[{"type":"message","role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AQI="},{"type":"input_file","filename":"file","file_data":"data:text/plain;base64,AQ=="},{"type":"input_file","file_url":"https://a.example/a.pdf"},{"type":"input_file","file_id":"f2"}]}]""" },
        { "audio", [new(ChatRole.User, [new DataContent(new byte[] { 1 }, "audio/mpeg"), new DataContent(new byte[] { 1 }, "audio/x-wav"), new DataContent(new byte[] { 1 }, "audio/ogg")])], """[{"type":"message","role":"user","content":[{"type":"input_audio","input_audio":{"data":"AQ==","format":"mp3"}},{"type":"input_audio","input_audio":{"data":"AQ==","format":"wav"}},{"type":"input_audio","input_audio":{"data":"AQ==","format":"ogg"}}]}]""" },
        { "contents that mean nothing to the server", [new(ChatRole.User, [new TextContent("u"), new UsageContent(new UsageDetails()), new ErrorContent("e")]), new(ChatRole.Assistant, [new TextContent("a"), new UsageContent(new UsageDetails()), new DataContent(Png)])], """[{"type":"message","role":"user","content":"u"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]}]""" },
        { "a refusal", [new(ChatRole.Assistant, [new ErrorContent("I can't") { ErrorCode = "Refusal" }])], """[{"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"I can't"}]}]""" },
        {
            "a round of tools", [new(ChatRole.User, "u"), new(ChatRole.Assistant, [new TextContent("let me see"), Call("1", "f", new() { ["x"] = 1, ["z"] = null }), Call("2", "g", null)]), new(ChatRole.Tool, [new FunctionResultContent("1", "sunny")]), new(ChatRole.Tool, [new FunctionResultContent("2", new Dictionary<string, object?> { ["t"] = 3 })])],
            """[{"type":"message","role":"user","content":"u"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"let me see"}]},{"type":"function_call","call_id":"1","name":"f","arguments":"{\"x\":1,\"z\":null}"},{"type":"function_call","call_id":"2","name":"g","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":"sunny"},{"type":"function_call_output","call_id":"2","output":"{\"t\":3}"}]"""
        },
        { "a user's words follow the results", [new(ChatRole.User, [new TextContent("and?"), new FunctionResultContent("1", "r")])], """[{"type":"function_call_output","call_id":"1","output":"r"},{"type":"message","role":"user","content":"and?"}]""" },
        { "an answer that ran its tools itself", [new(ChatRole.Assistant, [Call("1", "f", null), new FunctionResultContent("1", "r"), new TextContent("done")])], """[{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"done"}]},{"type":"function_call_output","call_id":"1","output":"r"}]""" },
        { "arguments that are no object", [new(ChatRole.Assistant, [new FunctionCallContent("1", "f") { AdditionalProperties = new() { ["arguments_raw"] = "{\"x\":\"unfin" } }])], """[{"type":"function_call","call_id":"1","name":"f","arguments":"{\"x\":\"unfin"}]""" },
        { "a result with an image", [new(ChatRole.Tool, [new FunctionResultContent("1", new AIContent[] { new TextContent("a"), new DataContent(Png) })])], $$"""[{"type":"function_call_output","call_id":"1","output":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"{{Png}}"}]}]""" },
        { "a tool that takes text", [new(ChatRole.Assistant, [Custom("1", "sql", "SELECT 1")]), new(ChatRole.Tool, [new FunctionResultContent("1", "one row")])], """[{"type":"custom_tool_call","call_id":"1","name":"sql","input":"SELECT 1"},{"type":"custom_tool_call_output","call_id":"1","output":"one row"}]""" },
        { "its result alone", [new(ChatRole.Tool, [new FunctionResultContent("1", "one row") { AdditionalProperties = new() { ["openai_custom_tool"] = true } }])], """[{"type":"custom_tool_call_output","call_id":"1","output":"one row"}]""" },
        { "encrypted reasoning goes back", [new(ChatRole.Assistant, [new TextReasoningContent("hm") { AdditionalProperties = new() { ["openai_item_id"] = "rs_1" } }, new TextReasoningContent("m") { ProtectedData = "enc", AdditionalProperties = new() { ["openai_item_id"] = "rs_1" } }, new TextReasoningContent("") { ProtectedData = "more" }, Call("1", "f", null), new TextContent("a")])], """[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hmm"}],"encrypted_content":"enc"},{"type":"reasoning","summary":[],"encrypted_content":"more"},{"type":"function_call","call_id":"1","name":"f","arguments":"{}"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]}]""" },
        { "open reasoning does not", [new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("a")])], """[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]}]""" },
        { "items of the server's own, in their places", [new(ChatRole.Assistant, [new TextContent("a"), new AIContent { RawRepresentation = JsonDocument.Parse(Item).RootElement }, new AIContent { AdditionalProperties = new() { ["openai_item"] = JsonDocument.Parse(Item).RootElement } }, new AIContent { RawRepresentation = JsonNode.Parse(Item) }, new AIContent { RawRepresentation = "other" }, new TextContent("b")])], $$"""[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]},{{Item}},{{Item}},{{Item}},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"}]}]""" },
        { "items that the application answers with", [new(ChatRole.User, [new AIContent { RawRepresentation = JsonNode.Parse("""{"type":"computer_call_output","call_id":"c"}""") }])], """[{"type":"computer_call_output","call_id":"c"}]""" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Map_Messages_GivesTheirItems(string what, ChatMessage[] messages, string expected)
    {
        AssertJson(expected, OfResponses(messages).Body()["input"], what);
    }

    private static FunctionCallContent Call(string id, string name, Dictionary<string, object?>? arguments) => new(id, name, arguments);

    private static FunctionCallContent Custom(string id, string name, string input) =>
        new(id, name, new Dictionary<string, object?> { ["input"] = input }) { AdditionalProperties = new() { ["openai_custom_tool"] = true } };
}
