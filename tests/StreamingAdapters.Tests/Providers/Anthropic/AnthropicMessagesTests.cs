using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.Anthropic.AnthropicWire;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.Anthropic;

/// <summary>Conversations to system and messages, compared with the whole JSON.</summary>
public sealed class AnthropicMessagesTests
{
    private const string Png = "data:image/png;base64,iVBORw0KGgo=";
    private const string Block = """{"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"q"}}""";

    private static readonly JsonElement Ephemeral = JsonDocument.Parse("""{"type":"ephemeral"}""").RootElement;

    /// <summary>What it shows, the messages, and their JSON.</summary>
    public static TheoryData<string, ChatMessage[], string> Messages => new()
    {
        { "neighbours are merged", [new(ChatRole.User, "a"), new(ChatRole.User, "b"), new(ChatRole.Assistant, "c"), new(ChatRole.Assistant, "d")], """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]}]""" },
        { "other roles are the user's", [new(new ChatRole("developer"), "d"), new(ChatRole.Tool, "t")], """[{"role":"user","content":[{"type":"text","text":"d"},{"type":"text","text":"t"}]}]""" },
        { "system messages are elsewhere", [new(ChatRole.System, "s"), new(ChatRole.User, "u")], """[{"role":"user","content":[{"type":"text","text":"u"}]}]""" },
        { "nothing said", [new(ChatRole.User, "u"), new(ChatRole.Assistant, []), new(ChatRole.Assistant, " \n"), new(ChatRole.User, "v")], """[{"role":"user","content":[{"type":"text","text":"u"},{"type":"text","text":"v"}]}]""" },
        { "image bytes and links", [new(ChatRole.User, [new TextContent("see"), new DataContent(Png), new UriContent("https://a.example/i.png", "image/png")])], """[{"role":"user","content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"image","source":{"type":"url","url":"https://a.example/i.png"}}]}]""" },
        { "documents", [new(ChatRole.User, [new DataContent(new byte[] { 1, 2 }, "application/pdf") { Name = "a.pdf", AdditionalProperties = new() { ["citations"] = JsonNode.Parse("""{"enabled":true}"""), ["context"] = "c" } }, new UriContent("https://a.example/a.pdf", "application/pdf"), new DataContent("wörld"u8.ToArray(), "text/plain")])], """[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AQI="},"title":"a.pdf","context":"c","citations":{"enabled":true}},{"type":"document","source":{"type":"url","url":"https://a.example/a.pdf"}},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"wörld"}}]}]""" },
        { "text that names its characters", [new(ChatRole.User, [new DataContent("wörld"u8.ToArray(), "text/plain; charset=UTF-8"), new DataContent("data:text/plain;charset=us-ascii;base64,YQ==")])], """[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"wörld"}},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a"}}]}]""" },
        { "uploaded files", [new(ChatRole.User, [new HostedFileContent("f1"), new HostedFileContent("f2") { MediaType = "image/png" }])], """[{"role":"user","content":[{"type":"document","source":{"type":"file","file_id":"f1"}},{"type":"image","source":{"type":"file","file_id":"f2"}}]}]""" },
        { "contents that mean nothing to the server", [new(ChatRole.User, [new TextContent("u"), new UsageContent(new UsageDetails()), new ErrorContent("e")])], """[{"role":"user","content":[{"type":"text","text":"u"}]}]""" },
        {
            "a round of tools", [new(ChatRole.User, "u"), new(ChatRole.Assistant, [new TextContent("let me see"), Call("1", "f", new() { ["x"] = 1, ["z"] = null }), Call("2", "g", null)]), new(ChatRole.Tool, [new FunctionResultContent("1", "sunny")]), new(ChatRole.Tool, [new FunctionResultContent("2", null) { Exception = new InvalidOperationException("secret") }])],
            """[{"role":"user","content":[{"type":"text","text":"u"}]},{"role":"assistant","content":[{"type":"text","text":"let me see"},{"type":"tool_use","id":"1","name":"f","input":{"x":1,"z":null}},{"type":"tool_use","id":"2","name":"g","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"sunny"},{"type":"tool_result","tool_use_id":"2","content":"","is_error":true}]}]"""
        },
        { "results come first", [new(ChatRole.Assistant, [Call("1", "f", null)]), new(ChatRole.User, [new TextContent("and?"), new FunctionResultContent("1", "r")]), new(ChatRole.Tool, [new FunctionResultContent("2", "s")])], """[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"r"},{"type":"tool_result","tool_use_id":"2","content":"s"},{"type":"text","text":"and?"}]}]""" },
        { "an answer that ran its tools itself", [new(ChatRole.Assistant, [Call("1", "f", null), new FunctionResultContent("1", "r")])], """[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"r"}]}]""" },
        { "arguments that are no object", [new(ChatRole.Assistant, [new FunctionCallContent("1", "f") { AdditionalProperties = new() { ["arguments_raw"] = "{\"x\":\"unfin" } }])], """[{"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{"arguments_raw":"{\"x\":\"unfin"}}]}]""" },
        { "a result with an image", [new(ChatRole.Tool, [new FunctionResultContent("1", new AIContent[] { new TextContent("a"), new DataContent(Png) })])], """[{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}]""" },
        { "signed thinking goes back", [new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextReasoningContent("m") { ProtectedData = "sig" }, new TextContent("a")])], """[{"role":"assistant","content":[{"type":"thinking","thinking":"hmm","signature":"sig"},{"type":"text","text":"a"}]}]""" },
        { "unsigned thinking does not", [new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("a")])], """[{"role":"assistant","content":[{"type":"text","text":"a"}]}]""" },
        { "unsigned thinking does not run on into later thinking", [new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("a"), new TextReasoningContent("") { ProtectedData = "data" }])], """[{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"redacted_thinking","data":"data"}]}]""" },
        { "redacted and omitted thinking", [new(ChatRole.Assistant, [new TextReasoningContent("") { ProtectedData = "data" }, new TextReasoningContent("") { ProtectedData = "sig", AdditionalProperties = new() { ["omitted_thinking"] = true } }])], """[{"role":"assistant","content":[{"type":"redacted_thinking","data":"data"},{"type":"thinking","thinking":"","signature":"sig"}]}]""" },
        { "blocks of the server's own", [new(ChatRole.Assistant, [new AIContent { RawRepresentation = JsonDocument.Parse(Block).RootElement }, new AIContent { AdditionalProperties = new() { ["anthropic_block"] = JsonDocument.Parse(Block).RootElement } }, new AIContent { RawRepresentation = JsonNode.Parse(Block) }, new AIContent { RawRepresentation = "other" }])], $$"""[{"role":"assistant","content":[{{Block}},{{Block}},{{Block}}]}]""" },
        { "one mark of a message with results and words", [new(ChatRole.User, [new TextContent("u"), new FunctionResultContent("1", "r")]) { AdditionalProperties = new() { ["cache_control"] = Ephemeral } }, new(ChatRole.Assistant, [new FunctionResultContent("2", "s")]) { AdditionalProperties = new() { ["cache_control"] = Ephemeral } }], """[{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"r"},{"type":"tool_result","tool_use_id":"2","content":"s","cache_control":{"type":"ephemeral"}},{"type":"text","text":"u","cache_control":{"type":"ephemeral"}}]}]""" },
        { "marks for the cache", [new(ChatRole.User, [new TextContent("a") { AdditionalProperties = new() { ["cache_control"] = Ephemeral } }, new TextContent("b")]), new(ChatRole.User, "c") { AdditionalProperties = new() { ["cache_control"] = Ephemeral } }], """[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"text","text":"b"},{"type":"text","text":"c","cache_control":{"type":"ephemeral"}}]}]""" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Map_Messages_GivesTheirJson(string what, ChatMessage[] messages, string expected)
    {
        AssertJson(expected, OfAnthropic(messages).Body()["messages"], what);
    }

    [Fact]
    public void Map_SystemMessages_FollowTheInstructions()
    {
        ChatMessage[] messages = [new(ChatRole.System, [new TextContent("o"), new TextContent("n"), new TextContent(" e")]), new(ChatRole.User, "u"), new(ChatRole.System, "two")];

        AssertJson("\"first\\n\\non e\\n\\ntwo\"", OfAnthropic(messages, new ChatOptions { Instructions = "first" }).Body()["system"]);
    }

    [Fact]
    public void Map_SystemMessageToBeCached_GivesBlocks()
    {
        ChatMessage[] messages = [new(ChatRole.System, "one") { AdditionalProperties = new() { ["cache_control"] = Ephemeral } }, new(ChatRole.User, "u")];

        AssertJson("""[{"type":"text","text":"first"},{"type":"text","text":"one","cache_control":{"type":"ephemeral"}}]""", OfAnthropic(messages, new ChatOptions { Instructions = "first" }).Body()["system"]);
    }

    [Fact]
    public void Map_WhatTheProtocolCannotCarry_IsRefused()
    {
        var audio = Assert.Throws<ChatValidationException>(() => OfAnthropic([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "audio/wav")])]));
        var text = Assert.Throws<ChatValidationException>(() => OfAnthropic([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "text/plain;charset=utf-16")])]));
        var link = Assert.Throws<ChatValidationException>(() => OfAnthropic([new ChatMessage(ChatRole.User, [new UriContent("https://a.example/x", "video/mp4")])]));

        Assert.Contains("audio/wav", audio.Message, StringComparison.Ordinal);
        Assert.Contains("utf-16", text.Message, StringComparison.Ordinal);
        Assert.Contains("video/mp4", link.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_CitationsOfASavedAnswer_GoBackWithTheirText()
    {
        static string Cited(string citation) => Delta(0, $$"""{"type":"citations_delta","citation":{{citation}}}""");
        const string Web = """{"type":"web_search_result_location","cited_text":"c","url":"https://a.example/","title":"t","encrypted_index":"E1"}""";
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Text("So: ") + Open(0, """{"type":"text","text":"","citations":[]}""") + Cited(Web) + Cited("""{"type":"char_location","cited_text":"d","document_index":0,"file_id":null}""")
            + Delta(0, """{"type":"text_delta","text":"sunny"}""") + Close(0) + Text(" today") + End("end_turn") + Stop);

        AssertJson(
            $$"""
            [{"role":"assistant","content":[{"type":"text","text":"So: sunny","citations":[{{Web}},{"type":"char_location","cited_text":"d","document_index":0}]},{"type":"text","text":" today"}]}]
            """,
            OfAnthropic([SaveAndLoad(answer.Updates.ToChatResponse().Messages.Single())]).Body()["messages"]);
    }

    private static ChatMessage SaveAndLoad(ChatMessage message)
    {
        JsonTypeInfo type = AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatMessage));
        return (ChatMessage)JsonSerializer.Deserialize(JsonSerializer.Serialize(message, type), type)!;
    }

    private static FunctionCallContent Call(string id, string name, Dictionary<string, object?>? arguments) => new(id, name, arguments);
}
