using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.Gemini;

/// <summary>Conversations to contents, compared with the whole JSON.</summary>
public sealed class GeminiContentsTests
{
    private const string Png = "data:image/png;base64,iVBORw0KGgo=";
    private const string OwnId = "call_0123456789abcdef0123456789abcdef";
    private const string Code = """{"executableCode":{"language":"PYTHON","code":"1"}}""";

    /// <summary>What it shows, the messages, and their JSON.</summary>
    public static TheoryData<string, ChatMessage[], string> Messages => new()
    {
        { "neighbours are merged", [new(ChatRole.User, "a"), new(ChatRole.User, "b"), new(ChatRole.Assistant, "c"), new(ChatRole.Assistant, "d")], """[{"role":"user","parts":[{"text":"a"},{"text":"b"}]},{"role":"model","parts":[{"text":"c"},{"text":"d"}]}]""" },
        { "other roles are the user's", [new(new ChatRole("developer"), "d"), new(ChatRole.Tool, "t")], """[{"role":"user","parts":[{"text":"d"},{"text":"t"}]}]""" },
        { "system messages are elsewhere", [new(ChatRole.System, "s"), new(ChatRole.User, "u")], """[{"role":"user","parts":[{"text":"u"}]}]""" },
        { "nothing said", [new(ChatRole.User, "u"), new(ChatRole.Assistant, []), new(ChatRole.User, "")], """[{"role":"user","parts":[{"text":"u"}]}]""" },
        { "data and links of every kind", [new(ChatRole.User, [new TextContent("see"), new DataContent(Png), new DataContent(new byte[] { 1, 2 }, "audio/wav"), new UriContent("gs://a/b.mp4", "video/mp4"), new HostedFileContent("https://f/1") { MediaType = "application/pdf" }, new HostedFileContent("https://f/2")])], """[{"role":"user","parts":[{"text":"see"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},{"inlineData":{"mimeType":"audio/wav","data":"AQI="}},{"fileData":{"mimeType":"video/mp4","fileUri":"gs://a/b.mp4"}},{"fileData":{"mimeType":"application/pdf","fileUri":"https://f/1"}},{"fileData":{"fileUri":"https://f/2"}}]}]""" },
        { "contents that mean nothing to the server", [new(ChatRole.User, [new TextContent("u"), new UsageContent(new UsageDetails()), new ErrorContent("e")])], """[{"role":"user","parts":[{"text":"u"}]}]""" },
        {
            "a round of tools with ids of the server's", [new(ChatRole.User, "u"), new(ChatRole.Assistant, [new TextContent("let me see"), Call("1", "f", new() { ["x"] = 1 }, "sig"), Call("2", "g", null)]), new(ChatRole.Tool, [new FunctionResultContent("1", "sunny")]), new(ChatRole.Tool, [new FunctionResultContent("2", "no") { Exception = new InvalidOperationException("secret") }])],
            """[{"role":"user","parts":[{"text":"u"}]},{"role":"model","parts":[{"text":"let me see"},{"functionCall":{"id":"1","name":"f","args":{"x":1}},"thoughtSignature":"sig"},{"functionCall":{"id":"2","name":"g","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"result":"sunny"}}},{"functionResponse":{"id":"2","name":"g","response":{"error":"no"}}}]}]"""
        },
        { "ids of our own stay here", [new(ChatRole.Assistant, [Call(OwnId, "f", null)]), new(ChatRole.Tool, [new FunctionResultContent(OwnId, 5)])], """[{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":5}}}]}]""" },
        { "a result beside a text", [new(ChatRole.User, [new TextContent("and?"), new FunctionResultContent("1", null)])], """[{"role":"user","parts":[{"functionResponse":{"id":"1","name":"1","response":{"result":""}}},{"text":"and?"}]}]""" },
        { "an answer that ran its tools itself", [new(ChatRole.Assistant, [Call("1", "f", null), new FunctionResultContent("1", "r")])], """[{"role":"model","parts":[{"functionCall":{"id":"1","name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"result":"r"}}}]}]""" },
        { "results that are objects go as they are", [new(ChatRole.Tool, [new FunctionResultContent("1", JsonNode.Parse("""{"a":1}""")), new FunctionResultContent("2", JsonNode.Parse("[1]")), new FunctionResultContent("3", new AIContent[] { new TextContent("t") })])], """[{"role":"user","parts":[{"functionResponse":{"id":"1","name":"1","response":{"a":1}}},{"functionResponse":{"id":"2","name":"2","response":{"result":[1]}}},{"functionResponse":{"id":"3","name":"3","response":{"result":"t"}}}]}]""" },
        {
            "results with more than text", [new(ChatRole.Tool, [new FunctionResultContent("1", new AIContent[] { new TextContent("see"), new DataContent(Png), new UriContent("gs://a/b.mp4", "video/mp4") }), new FunctionResultContent("2", new DataContent(Png)), new FunctionResultContent("3", new DataContent(Png)) { Exception = new InvalidOperationException("secret") }])],
            """[{"role":"user","parts":[{"functionResponse":{"id":"1","name":"1","response":{"result":"see"},"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},{"fileData":{"mimeType":"video/mp4","fileUri":"gs://a/b.mp4"}}]}},{"functionResponse":{"id":"2","name":"2","response":{"result":""},"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]}},{"functionResponse":{"id":"3","name":"3","response":{"error":""},"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]}}]}]"""
        },
        { "a signed thought goes back", [new(ChatRole.Assistant, [new TextReasoningContent("hm") { ProtectedData = "sig" }, new TextContent("a")])], """[{"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"sig"},{"text":"a"}]}]""" },
        { "a signature of a text goes back on it", [new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("a"), new TextReasoningContent("") { ProtectedData = "sig" }])], """[{"role":"model","parts":[{"text":"a","thoughtSignature":"sig"}]}]""" },
        { "a signature alone goes back on an empty text", [new(ChatRole.Assistant, [Call("1", "f", null), new TextReasoningContent("") { ProtectedData = "sig" }])], """[{"role":"model","parts":[{"functionCall":{"id":"1","name":"f","args":{}}},{"text":"","thoughtSignature":"sig"}]}]""" },
        { "parts of the server's own", [new(ChatRole.Assistant, [new AIContent { RawRepresentation = JsonDocument.Parse(Code).RootElement }, new AIContent { AdditionalProperties = new() { ["gemini_part"] = JsonDocument.Parse(Code).RootElement } }, new AIContent { RawRepresentation = JsonNode.Parse(Code) }, new AIContent { RawRepresentation = "other" }])], $$"""[{"role":"model","parts":[{{Code}},{{Code}},{{Code}}]}]""" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Map_Messages_GivesTheirJson(string what, ChatMessage[] messages, string expected)
    {
        AssertJson(expected, OfGemini(messages).Body()["contents"], what);
    }

    [Theory]
    [InlineData("gemini-3-pro-preview", ",\"thoughtSignature\":\"skip_thought_signature_validator\"")]
    [InlineData("gemini-2.5-pro", "")]
    public void Map_CallsOfAnotherModel_AreSignedWhereTheModelAsksForIt(string model, string signature)
    {
        ChatMessage[] messages =
        [
            new(ChatRole.Assistant, [Call("1", "f", null), Call("2", "g", null)]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "a"), new FunctionResultContent("2", "b")]),
            new(ChatRole.Assistant, [Call("3", "h", null, "sig"), Call("4", "i", null)]),
        ];

        JsonArray contents = OfGemini(messages, model: model).Body()["contents"]!.AsArray();

        AssertJson($$$$"""[{"functionCall":{"id":"1","name":"f","args":{}}{{{{signature}}}}},{"functionCall":{"id":"2","name":"g","args":{}}}]""", contents[0]!["parts"], model);
        AssertJson("""[{"functionCall":{"id":"3","name":"h","args":{}},"thoughtSignature":"sig"},{"functionCall":{"id":"4","name":"i","args":{}}}]""", contents[2]!["parts"], model);
    }

    [Fact]
    public void Map_SystemMessages_FollowTheInstructions()
    {
        ChatMessage[] messages = [new(ChatRole.System, "one"), new(ChatRole.User, "u"), new(ChatRole.System, "two")];

        AssertJson("""{"parts":[{"text":"first"},{"text":"one"},{"text":"two"}]}""", OfGemini(messages, new ChatOptions { Instructions = "first" }).Body()["systemInstruction"]);
    }

    private static FunctionCallContent Call(string id, string name, Dictionary<string, object?>? arguments, string? signature = null) =>
        new(id, name, arguments) { AdditionalProperties = signature is null ? null : new() { ["thoughtSignature"] = signature } };
}
