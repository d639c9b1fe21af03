using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Providers;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Providers.Anthropic;
using StreamingAdapters.Tests.Providers.OpenAIResponses;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers;

/// <summary>A conversation that goes on with another provider: what the first one made for itself stays out, as the other would refuse it.</summary>
public sealed class OwnContentTests
{
    private const string Secret = "c2lnbmVk";
    private const string Search = "own_search";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Who answered, and who is asked next.</summary>
    public static TheoryData<string, string, bool> Pairs
    {
        get
        {
            string[] protocols = ["anthropic", "gemini", "openai-responses"];
            return [.. from maker in protocols from next in protocols from isSaved in (bool[])[true, false] select (maker, next, isSaved)];
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Map_AnswerOfAProvider_SendsWhatItMadeForItselfToItAlone(string maker, string next, bool isSaved)
    {
        ChatResponse answer = (await AnswerOfAsync(maker)).Updates.ToChatResponse();
        ChatResponse history = isSaved ? AIJson.Through(answer) : answer;

        string body = Request(next, history.Messages).Text();

        Assert.Equal((maker == next, maker == next), (body.Contains(Secret, StringComparison.Ordinal), body.Contains(Search, StringComparison.Ordinal)));
        Assert.Contains("Hi there", body, StringComparison.Ordinal);
        Assert.DoesNotContain(StreamingKeys.ProtectedBy, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    [InlineData("openai-responses")]
    public void Map_WhatNobodyMarked_GoesToAny(string next)
    {
        var raw = new AIContent { RawRepresentation = JsonElement.Parse($$"""{"type":"{{Search}}"}""") };
        ChatMessage[] history = [new(ChatRole.Assistant, [new TextReasoningContent("") { ProtectedData = Secret }, raw, new TextContent("Hi")])];

        string body = Request(next, history).Text();

        Assert.Equal((true, true), (body.Contains(Secret, StringComparison.Ordinal), body.Contains(Search, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    [InlineData("openai-responses")]
    public async Task Decode_HalfACharacterInWhatGoesBack_IsReplacedBeforeItIsSaved(string maker)
    {
        const string Cut = """ "title":"cut \ud83d" """;
        DecodedAnswer answer = await (maker switch
        {
            "anthropic" => Decoding.OfAnthropicAsync(
                AnthropicWire.Start + AnthropicWire.Open(0, $$"""{"type":"{{Search}}",{{Cut}}}""") + AnthropicWire.Close(0) + AnthropicWire.Open(1, $$"""{"type":"text","text":"Hi","citations":[{{{Cut}}}]}""")
                + AnthropicWire.Close(1) + AnthropicWire.End("end_turn") + AnthropicWire.Stop),
            "gemini" => Decoding.OfGeminiAsync(Response($$$"""{"{{{Search}}}":{{{{Cut}}}}}""") + $"data: {{\"candidates\":[{{\"finishReason\":\"STOP\",\"groundingMetadata\":{{{Cut}}}}}]}}\r\n\r\n"),
            _ => Decoding.OfResponsesAsync(ResponsesWire.Start + ResponsesWire.Done(0, $$"""{"type":"{{Search}}",{{Cut}}}""") + ResponsesWire.Stop),
        });

        ChatResponse saved = AIJson.Through(answer.Updates.ToChatResponse());

        Assert.Contains("cut \uFFFD", Request(maker, saved.Messages).Body()[maker switch { "anthropic" => "messages", "gemini" => "contents", _ => "input" }]!.ToJsonString(Plain), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    [InlineData("openai-responses")]
    public void Map_ReasoningDetailsOfChatCompletions_StayOut(string next)
    {
        ChatMessage[] history = [new(ChatRole.Assistant, [new TextContent("Hi"), new TextReasoningContent("") { ProtectedData = """[{"type":"reasoning.encrypted","data":"c2lnbmVk"}]""" }])];

        Assert.DoesNotContain(Secret, Request(next, history).Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic", "anthropic_block")]
    [InlineData("gemini", "gemini_part")]
    [InlineData("openai-responses", "openai_item")]
    public void Map_HalfACharacterInWhatGoesBack_IsReplaced(string next, string property)
    {
        JsonElement raw = JsonElement.Parse("""{"type":"own_search","type":"own_result","title":"cut \ud83d","of":{"\ude00":1}}""");
        ChatMessage[] history = [new(ChatRole.Assistant, [new AIContent { RawRepresentation = raw, AdditionalProperties = new() { [property] = raw } }])];

        string body = Request(next, history).Text();

        Assert.Contains("""{"type":"own_result","title":"cut \uFFFD","of":{"\uFFFD":1}}""", body.Replace("\uFFFD", "\\uFFFD", StringComparison.Ordinal).Replace("\\ufffd", "\\uFFFD", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static Task<DecodedAnswer> AnswerOfAsync(string maker) => maker switch
    {
        "anthropic" => Decoding.OfAnthropicAsync(
            AnthropicWire.Start + AnthropicWire.Open(0, """{"type":"thinking","thinking":""}""") + AnthropicWire.Delta(0, """{"type":"thinking_delta","thinking":"let me"}""")
            + AnthropicWire.Delta(0, """{"type":"thinking_delta","thinking":" see"}""") + AnthropicWire.Delta(0, $$"""{"type":"signature_delta","signature":"{{Secret}}"}""") + AnthropicWire.Close(0)
            + AnthropicWire.Open(1, $$"""{"type":"{{Search}}","id":"s"}""") + AnthropicWire.Close(1) + AnthropicWire.Text("Hi there", 2) + AnthropicWire.End("end_turn") + AnthropicWire.Stop),
        "gemini" => Decoding.OfGeminiAsync(
            Response("""{"text":"let me","thought":true}""") + Response("""{"text":" see","thought":true}""") + Response($$"""{"text":"","thought":true,"thoughtSignature":"{{Secret}}"}""")
            + Response($$$"""{"{{{Search}}}":{}}""") + Response("""{"text":"Hi there"}""") + "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n"),
        _ => Decoding.OfResponsesAsync(
            ResponsesWire.Start + ResponsesWire.Added(0, """{"type":"reasoning","id":"rs_1","summary":[]}""") + ResponsesWire.Delta("reasoning_summary_text", 0, "let me") + ResponsesWire.Delta("reasoning_summary_text", 0, " see")
            + ResponsesWire.Done(0, $$"""{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"{{Secret}}"}""") + ResponsesWire.Done(1, $$"""{"type":"{{Search}}","id":"s"}""")
            + ResponsesWire.Delta("output_text", 2, "Hi there") + ResponsesWire.Stop),
    };

    private static string Response(string part) => $"data: {{\"candidates\":[{{\"content\":{{\"role\":\"model\",\"parts\":[{part}]}}}}]}}\r\n\r\n";

    private static ProviderRequest Request(string protocol, IEnumerable<ChatMessage> history)
    {
        ChatMessage[] messages = [new(ChatRole.User, "hello"), .. history, new(ChatRole.User, "go on")];
        return protocol switch
        {
            "anthropic" => RequestJson.OfAnthropic(messages),
            "gemini" => RequestJson.OfGemini(messages),
            _ => RequestJson.OfResponses(messages),
        };
    }
}
