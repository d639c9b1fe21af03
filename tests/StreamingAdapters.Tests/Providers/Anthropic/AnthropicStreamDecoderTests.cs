using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.Anthropic.AnthropicWire;

namespace StreamingAdapters.Tests.Providers.Anthropic;

/// <summary>What the recordings show too rarely: each rule of the protocol by itself.</summary>
public sealed class AnthropicStreamDecoderTests
{
    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("refusal", "content_filter")]
    [InlineData("pause_turn", "pause_turn")]
    [InlineData("something_new", "something_new")]
    public async Task Decode_StopReason_IsTheContractsWord(string raw, string expected)
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Text("Hi") + End(raw) + Stop);

        ChatResponseUpdate last = answer.Updates[^1];
        Assert.Equal(new ChatFinishReason(expected), last.FinishReason);
        Assert.Equal(raw == expected ? null : raw, last.AdditionalProperties?.GetValueOrDefault(StreamingKeys.FinishReasonRaw));
    }

    [Fact]
    public async Task Decode_Usage_IsCumulativeAndToldOnceAndItsBeginningEarly()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Text("Hi") + End("end_turn", """{"input_tokens":null,"output_tokens":7,"output_tokens_details":{"thinking_tokens":4}}""") + Stop);

        Assert.Equal((15L, 7L, 22L, 2L, 4L), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount, answer.Usage.CachedInputTokenCount, answer.Usage.ReasoningTokenCount));
        Assert.Equal(3, answer.Usage.AdditionalCounts!["cache_creation_input_tokens"]);
        var early = Assert.IsType<AdditionalPropertiesDictionary<long>>(answer.Updates[0].AdditionalProperties![StreamingKeys.UsageSoFar]);
        Assert.Equal((15L, 1L), (early["InputTokenCount"], early["OutputTokenCount"]));
        Assert.Single(answer.Updates, update => update.AdditionalProperties?.ContainsKey(StreamingKeys.UsageSoFar) is true);
    }

    [Fact]
    public async Task Decode_CutAfterTheStart_KeepsTheUsageOfTheBeginning()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Open(0, """{"type":"text","text":""}"""));

        Assert.Equal((ChatErrorKind.Truncated, 15L), (answer.FailureKind, answer.Usage?.InputTokenCount));
    }

    [Fact]
    public async Task Decode_ToolUse_IsAnnouncedAndHandedOutWholeAtItsEnd()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Open(0, """{"type":"tool_use","id":"t1","name":"f","input":{}}""") + Delta(0, """{"type":"input_json_delta","partial_json":""}""")
            + Delta(0, """{"type":"input_json_delta","partial_json":"{\"x\": \"\ud83d"}""") + Delta(0, """{"type":"input_json_delta","partial_json":"\ude00\"}"}""") + Close(0) + End("tool_use") + Stop);

        Assert.Equal("f", answer.Updates[0].AdditionalProperties![StreamingKeys.ToolCallBegun]);
        var call = Assert.Single(answer.Contents.OfType<FunctionCallContent>());
        Assert.Equal(("t1", "f", "😀"), (call.CallId, call.Name, call.Arguments!["x"]!.ToString()));
        Assert.Same(call, answer.Updates[1].Contents.Single());
    }

    [Fact]
    public async Task Decode_PiecesOfAnotherShape_FailLoudly()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Text("Hi") + Open(1, """{"type":"tool_use","id":"t1","name":"f","input":{}}""") + Delta(1, """{"type":"input_json_delta","partial_json":{"x":1}}""") + Close(1) + Stop);

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }

    [Theory]
    [InlineData("content_block_delta", """ "index":1,"delta":{"type":"text_delta","text":5}""")]
    [InlineData("content_block_delta", """ "index":1,"delta":"x" """)]
    [InlineData("content_block_delta", """ "index":1,"delta":{"type":"citations_delta","citation":[]}""")]
    [InlineData("content_block_start", """ "index":1,"content_block":"x" """)]
    [InlineData("content_block_start", """ "index":1,"content_block":{"type":"text","text":{}}""")]
    [InlineData("content_block_start", """ "index":1,"content_block":{"type":"thinking","thinking":1}""")]
    [InlineData("content_block_start", """ "index":"2","content_block":{"type":"text","text":""}""")]
    [InlineData("content_block_start", """ "index":2,"content_block":{"type":"text","text":"","citations":"x"}""")]
    [InlineData("content_block_start", """ "index":2,"content_block":{"type":"text","text":"","citations":[5]}""")]
    [InlineData("content_block_start", """ "index":2,"content_block":{"type":"tool_use","id":5,"name":"f","input":{}}""")]
    [InlineData("content_block_start", """ "index":2,"content_block":{"type":"tool_use","id":"t1","name":7,"input":{}}""")]
    [InlineData("content_block_start", """ "index":2,"content_block":{"type":"thinking","thinking":"","signature":5}""")]
    [InlineData("content_block_start", """ "index":2,"content_block":{"type":"redacted_thinking","data":5}""")]
    [InlineData("content_block_delta", """ "index":1,"delta":{"type":"signature_delta","signature":5}""")]
    [InlineData("content_block_stop", """ "index":"1" """)]
    [InlineData("message_start", """ "message":[]""")]
    [InlineData("message_delta", """ "delta":"end_turn" """)]
    [InlineData("message_delta", """ "delta":{"stop_reason":5}""")]
    public async Task Decode_MemberOfAnotherShape_FailsLoudly(string type, string members)
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Text("Hi") + Open(1, """{"type":"text","text":""}""") + Event(type, members) + Text("not read") + Stop);

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }

    [Theory]
    [InlineData("\"Hi\"")]
    [InlineData("{}")]
    [InlineData("[\"Hi\"]")]
    public async Task Decode_WholeMessageWithContentOfAnotherShape_FailsLoudly(string content)
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Event("message", $$""" "id":"msg_1","content":{{content}},"stop_reason":"end_turn" """));

        Assert.Equal(ChatErrorKind.MalformedStream, answer.FailureKind);
    }

    [Fact]
    public async Task Decode_CallsWithoutIndexAndEnd_AreAllHandedOut()
    {
        string Call(string id) => Event("content_block_start", $$$""" "content_block":{"type":"tool_use","id":"{{{id}}}","name":"f","input":{}}""") + Event("content_block_delta", $$""" "delta":{"type":"input_json_delta","partial_json":"{\"x\":\"{{id}}\"}"}""");

        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Call("t1") + Call("t2") + End("tool_use") + Stop);

        Assert.Equal([("t1", "t1"), ("t2", "t2")], answer.Contents.OfType<FunctionCallContent>().Select(call => (call.CallId, call.Arguments!["x"]!.ToString())));
    }

    [Fact]
    public async Task Decode_CallLeftOpenAtTheEnd_IsHandedOutAsFarAsItCame()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Open(0, """{"type":"tool_use","id":"t1","name":"f","input":{}}""") + Delta(0, """{"type":"input_json_delta","partial_json":"{\"a\": ["}""") + End("max_tokens"));

        var call = Assert.Single(answer.Contents.OfType<FunctionCallContent>());
        Assert.Null(answer.Failure);
        Assert.Equal((null, "{\"a\": ["), (call.Arguments, call.AdditionalProperties![StreamingKeys.ArgumentsRaw]));
    }

    [Fact]
    public async Task Decode_Thinking_IsSignedBehindItsText()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Open(0, """{"type":"thinking","thinking":"","signature":""}""") + Delta(0, """{"type":"thinking_delta","thinking":"hm"}""") + Delta(0, """{"type":"signature_delta","signature":"si"}""")
            + Delta(0, """{"type":"signature_delta","signature":"g"}""") + Close(0) + Open(1, """{"type":"redacted_thinking","data":"blob"}""") + Close(1) + Text("Hi", 2) + End("end_turn") + Stop);

        TextReasoningContent[] reasonings = [.. answer.Contents.OfType<TextReasoningContent>()];
        Assert.Equal([("hm", null), ("", "sig"), ("", "blob")], reasonings.Select(one => (one.Text, one.ProtectedData)));
        Assert.All(reasonings, one => Assert.Equal([KeyValuePair.Create(StreamingKeys.ProtectedBy, (object?)"anthropic")], one.AdditionalProperties!));
    }

    [Fact]
    public async Task Decode_SignatureWithoutThinking_SaysThatItWasOmitted()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Open(0, """{"type":"thinking","thinking":"","signature":""}""") + Delta(0, """{"type":"signature_delta","signature":"sig"}""") + Close(0) + Text("Hi", 1) + End("end_turn") + Stop);

        TextReasoningContent reasoning = Assert.Single(answer.Contents.OfType<TextReasoningContent>());
        Assert.Equal(("sig", true), (reasoning.ProtectedData, reasoning.AdditionalProperties!["omitted_thinking"]));
    }

    [Fact]
    public async Task Decode_BlocksOfTheServersOwn_AreKeptWhole()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Open(0, """{"type":"server_tool_use","id":"s1","name":"web_search","input":{}}""") + Delta(0, """{"type":"input_json_delta","partial_json":"{\"query\":\"q\"}"}""") + Close(0)
            + Open(1, """{"type":"compaction","content":null}""") + Delta(1, """{"type":"compaction_delta","content":"short"}""") + Close(1) + End("end_turn") + Stop);

        Assert.Equal(
            ["""{"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"q"}}""", """{"type":"compaction","content":"short"}"""],
            answer.Contents.Where(content => content is not UsageContent).Select(content => ((JsonElement)content.AdditionalProperties!["anthropic_block"]!).GetRawText()));
        Assert.Empty(answer.Contents.OfType<FunctionCallContent>());
    }

    [Theory]
    [InlineData("""{"type":"server_tool_use","title":"cut \ud83d","input":{}}""", """{"x":1}""", """{"type":"server_tool_use","title":"cut \uFFFD","input":{"x":1}}""")]
    [InlineData("""{"type":"server_tool_use","\ud83d":{"a":1,"a":"\ud83d"},"input":{}}""", """{"x":1}""", """{"type":"server_tool_use","\uFFFD":{"a":1,"a":"\uFFFD"},"input":{"x":1}}""")]
    [InlineData("""{"type":"server_tool_use","id":"s","id":"t","input":{}}""", """{"x":1}""", """{"type":"server_tool_use","id":"t","input":{"x":1}}""")]
    [InlineData("""{"type":"server_tool_use","input":{}}""", """{"x":""", """{"type":"server_tool_use","input":"{\u0022x\u0022:"}""")]
    [InlineData("""{"type":"new","id":5,"name":{},"data":[1],"signature":2,"citations":{}}""", "", """{"type":"new","id":5,"name":{},"data":[1],"signature":2,"citations":{}}""")]
    public async Task Decode_OddBlockOfTheServersOwn_IsKeptAsFarAsItCanBeRead(string start, string piece, string expected)
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Open(0, start) + Delta(0, $$"""{"type":"input_json_delta","partial_json":"{{JsonEncodedText.Encode(piece)}}"}""") + Close(0) + Text("Hi", 1) + End("end_turn") + Stop);

        Assert.Equal((null, "Hi"), (answer.FailureKind, answer.Text));
        Assert.Equal(expected, ((JsonElement)answer.Contents.First().AdditionalProperties!["anthropic_block"]!).GetRawText());
    }

    [Fact]
    public async Task Decode_InputTooDeepForItsBlock_IsKeptAsText()
    {
        string deep = new string('[', 64) + new string(']', 64);

        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Open(0, """{"type":"server_tool_use","input":{}}""") + Delta(0, $$"""{"type":"input_json_delta","partial_json":"{{deep}}"}""") + End("end_turn"));

        Assert.Null(answer.Failure);
        Assert.Equal(deep, ((JsonElement)answer.Contents.First().AdditionalProperties!["anthropic_block"]!).GetProperty("input").GetString());
    }

    // The server sends it in front of the text.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Decode_Citation_FollowsItsTextAlsoWhereThatIsCut(bool isCut)
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(
            Start + Open(0, """{"type":"text","text":"","citations":[]}""")
            + Delta(0, """{"type":"citations_delta","citation":{"type":"char_location","cited_text":"c","document_title":"d","file_id":"f","start_char_index":1,"end_char_index":4}}""")
            + Delta(0, """{"type":"text_delta","text":"Hi"}""") + (isCut ? "" : Close(0) + End("end_turn") + Stop));

        TextContent[] texts = [.. answer.Contents.OfType<TextContent>()];
        Assert.Equal(isCut ? ChatErrorKind.Truncated : null, answer.FailureKind);
        Assert.Equal(["Hi", ""], texts.Select(text => text.Text));
        var citation = (CitationAnnotation)texts[1].Annotations!.Single();
        Assert.Equal(("d", "c", "f", "char_location", 1L, 4L), (citation.Title, citation.Snippet, citation.FileId, citation.AdditionalProperties!["type"], citation.AdditionalProperties["start_char_index"], citation.AdditionalProperties["end_char_index"]));
    }

    [Fact]
    public async Task Decode_BegunAnewBehindAnEnd_IsNotWholeByIt()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Text("Hi") + End("end_turn") + Start + Text(" again"));

        Assert.Equal(("Hi again", ChatErrorKind.Truncated), (answer.Text, answer.FailureKind));
    }

    [Fact]
    public async Task Decode_WhatElseTheEndSays_IsInTheProperties()
    {
        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Text("Hi") + End("refusal", """{"output_tokens":7,"service_tier":"standard"}""", ""","stop_sequence":"\n","stop_details":{"category":"cyber"}""") + Stop);

        AdditionalPropertiesDictionary properties = answer.Updates[^1].AdditionalProperties!;
        Assert.Equal(("\n", "standard", "cyber"), (properties["stop_sequence"], properties["service_tier"], ((JsonElement)properties["stop_details"]!).GetProperty("category").GetString()));
    }

    [Fact]
    public async Task Decode_WhatTheEndSaysAgain_IsToldOnce()
    {
        string start = Start.Replace("\"output_tokens\":1}", "\"output_tokens\":1,\"service_tier\":\"standard\"}", StringComparison.Ordinal);

        DecodedAnswer answer = await Decoding.OfAnthropicAsync(start + Text("Hi") + End("end_turn", """{"output_tokens":7,"service_tier":"standard"}""") + End("end_turn", """{"output_tokens":7,"service_tier":"batch"}""") + Stop);

        Assert.Equal(["standard", "batch"], answer.Updates.Select(update => update.AdditionalProperties?.GetValueOrDefault("service_tier")).Where(tier => tier is not null));
    }

    [Fact]
    public async Task Decode_WholeMessage_IsTheSameAnswer()
    {
        const string Body = """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"text","text":"Hi"},
            {"type":"tool_use","id":"t1","name":"f","input":{"x":1}}],"stop_reason":"tool_use","usage":{"input_tokens":10,"output_tokens":7}}
            """;

        DecodedAnswer answer = await Decoding.OfAnthropicAsync(Body);

        Assert.Null(answer.Failure);
        Assert.Equal(("Hi", "hm", "sig", "msg_1"), (answer.Text, answer.Reasoning, answer.Contents.OfType<TextReasoningContent>().Last().ProtectedData, answer.Updates[0].ResponseId));
        Assert.Equal("t1", Assert.Single(answer.Contents.OfType<FunctionCallContent>()).CallId);
        Assert.Equal((ChatFinishReason.ToolCalls, 10L), (answer.FinishReason, answer.Usage!.InputTokenCount));
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", ChatErrorKind.Overloaded)]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}""", ChatErrorKind.RateLimited)]
    [InlineData("""{"type":"error","error":{"type":"api_error","message":"Internal server error"}}""", ChatErrorKind.ServerError)]
    [InlineData("""{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", ChatErrorKind.Authentication)]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 250000 tokens > 200000 maximum"}}""", ChatErrorKind.ContextLengthExceeded)]
    public async Task Decode_ErrorEvent_FailsWithItsKindBehindWhatCame(string json, ChatErrorKind kind)
    {
        foreach (string error in (string[])[$"event: error\ndata: {json}\n\n", $"data: {json}\n\n"])
        {
            DecodedAnswer answer = await Decoding.OfAnthropicAsync(Start + Text("Hi") + error + Text("not read") + Stop);

            Assert.Equal(("Hi", kind, 15L), (answer.Text, answer.FailureKind, answer.Usage?.InputTokenCount));
        }
    }

    [Theory]
    [InlineData("{\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}")]
    [InlineData("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}")]
    public async Task Decode_BareErrorAsTheWholeBody_Fails(string body)
    {
        Assert.Equal(ChatErrorKind.Overloaded, (await Decoding.OfAnthropicAsync(body)).FailureKind);
    }
}
