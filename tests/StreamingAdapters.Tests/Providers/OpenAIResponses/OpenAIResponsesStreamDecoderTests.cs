using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers.OpenAIResponses;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAIResponses.ResponsesWire;

namespace StreamingAdapters.Tests.Providers.OpenAIResponses;

/// <summary>What the recordings do not show, or not alone.</summary>
public sealed class OpenAIResponsesStreamDecoderTests
{
    [Theory]
    [InlineData(""","store":true""", "resp_1")]
    [InlineData(""","store":false""", null)]
    [InlineData("", null)]
    [InlineData(""","store":true,"conversation":{"id":"conv_1"}""", "conv_1")]
    public async Task Decode_WhereTheAnswerIsKept_EachUpdateSaysSo(string more, string? expected)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Created(more) + Text("Hi") + Text("!", 3));

        Assert.Equal([expected, expected], answer.Updates.Select(update => update.ConversationId));
        Assert.All(answer.Updates, update => Assert.Null(update.ContinuationToken));
    }

    [Fact]
    public async Task Decode_InTheBackground_EachUpdateButTheLastHasItsToken()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Created(""","background":true""") + Text("a", 4) + Text("b", 5) + Stop);

        Assert.Equal(
            [new OpenAIResponsesToken("resp_1", 0), new OpenAIResponsesToken("resp_1", 4), new OpenAIResponsesToken("resp_1", 5), null],
            answer.Updates.Select(update => update.ContinuationToken is { } token ? OpenAIResponsesToken.Parse(token) : null));
    }

    [Fact]
    public async Task Decode_ResumedInsideAMessage_RepeatsNothing()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Text("c", 6) + Event("response.output_text.done", """ "sequence_number":7,"output_index":0,"text":"abc" """)
            + Done(0, """{"type":"message","content":[{"type":"output_text","text":"abc","annotations":[{"type":"url_citation","url":"https://a.example"}]}]}""")
            + End("completed", output: """{"type":"message","content":[{"type":"output_text","text":"abc"}]}"""),
            new OpenAIResponsesToken("resp_1", 5));

        Assert.Equal(("c", 0, "resp_1"), (answer.Text, answer.Contents.Count(content => content.Annotations is not null), answer.Updates[0].ResponseId));
    }

    [Fact]
    public async Task Decode_ResumedBehindTheText_GivesTheEndAlone()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Done(0, """{"type":"message","content":[{"type":"output_text","text":"abc"}]}""") + End("completed", output: """{"type":"message","content":[{"type":"output_text","text":"abc"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}"""),
            new OpenAIResponsesToken("resp_1", 7));

        Assert.Equal(("", ChatFinishReason.ToolCalls, 10L), (answer.Text, answer.FinishReason, answer.Usage!.InputTokenCount));
        Assert.Empty(answer.Contents.OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task Decode_ItemIdsThatChange_KeepItemsApart()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Start + Added(0, """{"id":"a","type":"function_call","call_id":"c1","name":"f","arguments":""}""") + Added(1, """{"id":"b","type":"function_call","call_id":"c2","name":"g","arguments":""}""")
            + Delta("function_call_arguments", 1, """{\"y\":""") + Delta("function_call_arguments", 0, """{\"x\":1}""") + Delta("function_call_arguments", 1, "2}")
            + Done(0, """{"id":"c","type":"function_call","call_id":"c1","name":"f","arguments":""}""") + Done(1, """{"id":"d","type":"function_call","call_id":"c2","name":"g"}""") + Stop);

        Assert.Equal(
            ["c1 f x=1", "c2 g y=2"],
            answer.Contents.OfType<FunctionCallContent>().Select(call => $"{call.CallId} {call.Name} {string.Join(',', call.Arguments!.Select(a => $"{a.Key}={a.Value}"))}"));
        Assert.Equal(["f", "g"], answer.Updates.Select(update => update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.ToolCallBegun)).OfType<string>());
    }

    [Fact]
    public async Task Decode_ItemsWithoutPlaces_AreKeptApartByTheirIds()
    {
        // The order in which llama.cpp ends its items: behind everything.
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Start + Event("response.output_item.added", """ "item":{"id":"m","type":"message"}""") + Event("response.output_text.delta", """ "item_id":"m","delta":"Hi" """) + Event("response.output_text.delta", """ "item_id":"m","delta":"!" """)
            + Event("response.output_item.added", """ "item":{"id":"f1","type":"function_call","call_id":"c1","name":"f","arguments":""}""") + Event("response.function_call_arguments.delta", """ "item_id":"f1","delta":"{}" """)
            + Event("response.output_item.added", """ "item":{"id":"f2","type":"function_call","call_id":"c2","name":"g","arguments":""}""") + Event("response.output_text.done", """ "item_id":"m","text":"Hi!" """)
            + Event("response.output_item.done", """ "item":{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi!"}]}""")
            + Event("response.output_item.done", """ "item":{"id":"f1","type":"function_call","call_id":"c1","name":"f","arguments":"{}"}""") + Event("response.output_item.done", """ "item":{"id":"f2","type":"function_call","call_id":"c2","name":"g","arguments":"{}"}""")
            + Stop);

        Assert.Equal("Hi!", answer.Text);
        Assert.Equal(["c1", "c2"], answer.Contents.OfType<FunctionCallContent>().Select(call => call.CallId));
    }

    [Fact]
    public async Task Decode_PlacesAsFractions_FindTheirItems()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Created(""","background":true""") + Event("response.output_text.delta", """ "sequence_number":3.0,"output_index":1.0,"item_id":"m","delta":"Hi" """)
            + Done(1, """{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi"}]}""") + Stop);

        Assert.Equal(("Hi", 3L), (answer.Text, OpenAIResponsesToken.Parse(answer.Updates[1].ContinuationToken!).SequenceNumber));
    }

    [Fact]
    public async Task Decode_CallCutByTheLimit_IsHandedOutUnreadable()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Start + Added(0, """{"type":"function_call","call_id":"c1","name":"f","arguments":""}""") + Delta("function_call_arguments", 0, """{\"x\":""") + End("incomplete", ""","incomplete_details":{"reason":"max_output_tokens"}"""));

        FunctionCallContent call = Assert.Single(answer.Contents.OfType<FunctionCallContent>());
        Assert.Equal(("""{"x":""", ChatFinishReason.Length), (call.AdditionalProperties![StreamingKeys.ArgumentsRaw], answer.FinishReason));
        Assert.NotNull(call.Exception);
    }

    [Theory]
    [InlineData("max_output_tokens", "length")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("something_new", "something_new")]
    public async Task Decode_Incomplete_IsAFinishAndNoError(string reason, string expected)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Text("Hi") + End("incomplete", $$""","incomplete_details":{"reason":"{{reason}}"}"""));

        Assert.Equal(("Hi", expected, null, 17L), (answer.Text, answer.FinishReason?.Value, answer.Failure, answer.Usage!.TotalTokenCount));
    }

    [Theory]
    [InlineData("""{"type":"response.completed","response":{"id":"resp_1"}}""", "stop")]
    [InlineData("""{"type":"response.completed"}""", "stop")]
    [InlineData("""{"type":"response.completed","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}""", "length")]
    [InlineData("""{"type":"response.incomplete","response":{"id":"resp_1"}}""", "incomplete")]
    [InlineData("""{"type":"response.incomplete","response":{"id":"resp_1","status":"in_progress","incomplete_details":{"reason":"content_filter"}}}""", "content_filter")]
    public async Task Decode_EndWithoutItsStatus_IsWhatTheEventSays(string json, string expected)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync($"{Start}{Text("Hi")}data: {json}\n\n");

        Assert.Equal(("Hi", null, expected), (answer.Text, answer.Failure, answer.FinishReason?.Value));
    }

    [Theory]
    [InlineData("event: error\ndata: boom")]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"mess")]
    [InlineData("error: bo")]
    public async Task Decode_ErrorCutBeforeItsEnd_IsACut(string end)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Text("Hi") + end);

        Assert.Equal(("Hi", ChatErrorKind.Truncated), (answer.Text, answer.FailureKind));
    }

    [Fact]
    public async Task Decode_Reasoning_KeepsItsItemThroughTheAggregate()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Start + Added(0, """{"id":"rs_1","type":"reasoning","summary":[]}""") + Delta("reasoning_summary_text", 0, "one ") + Delta("reasoning_summary_text", 0, "two", 3)
            + Done(0, """{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"one two"}],"encrypted_content":"enc"}""") + Delta("output_text", 1, "Hi") + Stop);

        TextReasoningContent reasoning = Assert.Single(answer.Updates.ToChatResponse().Messages.Single().Contents.OfType<TextReasoningContent>());
        Assert.Equal(("one two", "enc", "rs_1"), (reasoning.Text, reasoning.ProtectedData, reasoning.AdditionalProperties!["openai_item_id"]));
    }

    [Theory]
    [InlineData("""{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]}""")]
    [InlineData("""{"id":"rs_1","type":"reasoning","content":[{"type":"reasoning_text","text":"hm"}]}""")]
    public async Task Decode_ReasoningWithoutDeltas_IsTakenFromItsItem(string item)
    {
        Assert.Equal("hm", (await Decoding.OfResponsesAsync(Start + Done(0, item) + Text("Hi") + Stop)).Reasoning);
    }

    [Fact]
    public async Task Decode_Refusal_ComesOnceAndWhole()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Start + Delta("refusal", 0, "I ") + Delta("refusal", 0, "can't") + Event("response.refusal.done", """ "output_index":0,"refusal":"I can't" """)
            + Done(0, """{"type":"message","content":[{"type":"refusal","refusal":"I can't"}]}""") + End("completed", output: """{"type":"message","content":[{"type":"refusal","refusal":"I can't"}]}"""));

        ErrorContent refusal = Assert.Single(answer.Contents.OfType<ErrorContent>());
        Assert.Equal(("I can't", "Refusal", ""), (refusal.Message, refusal.ErrorCode, answer.Text));
    }

    [Fact]
    public async Task Decode_Citations_ComeOnceWithTheirPlaces()
    {
        const string Annotation = """{"type":"url_citation","start_index":1,"end_index":4,"url":"https://a.example/","title":"t"}""";
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Start + Text("Hi") + Event("response.output_text.annotation.added", $""" "output_index":0,"annotation":{Annotation}""")
            + Done(0, $$"""{"type":"message","content":[{"type":"output_text","text":"Hi","annotations":[{{Annotation}}]}]}""") + Stop);

        var citation = Assert.IsType<CitationAnnotation>(Assert.Single(answer.Contents.SelectMany(content => content.Annotations ?? [])));
        var region = Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(citation.AnnotatedRegions!));
        Assert.Equal(("https://a.example/", "t", 1, 4), (citation.Url!.AbsoluteUri, citation.Title, region.StartIndex, region.EndIndex));
    }

    [Fact]
    public async Task Decode_ItemOfTheServersOwn_IsKeptWholeAndItsImageShown()
    {
        const string Image = """{"id":"ig_1","type":"image_generation_call","status":"completed","output_format":"webp","result":"UklGRg=="}""";

        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Added(0, """{"id":"ig_1","type":"image_generation_call"}""") + Done(0, Image) + Stop);

        Assert.Equal(Image, ((JsonElement)answer.Contents.First().AdditionalProperties!["openai_item"]!).GetRawText());
        Assert.Equal("data:image/webp;base64,UklGRg==", Assert.Single(answer.Contents.OfType<DataContent>()).Uri);
    }

    [Fact]
    public async Task Decode_LogProbabilities_KeepTheEvent()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Delta("output_text", 0, "Hi", 2, ""","logprobs":[{"token":"Hi","logprob":-0.1}]""") + Delta("output_text", 0, "!", 3, ""","logprobs":[]""") + Stop);

        Assert.Equal(-0.1, ((JsonElement)answer.Updates[0].RawRepresentation!).GetProperty("logprobs")[0].GetProperty("logprob").GetDouble());
        Assert.Null(answer.Updates[1].RawRepresentation);
    }

    [Fact]
    public async Task Decode_WholeResponse_IsTheSameAnswer()
    {
        const string Body = """
            {"id":"resp_1","object":"response","created_at":1700000000.0,"status":"completed","model":"gpt-x","store":true,"output":[{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"enc"},
            {"type":"message","content":[{"type":"output_text","text":"Hi"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"}],"usage":{"input_tokens":10,"output_tokens":7,"total_tokens":17}}
            """;

        DecodedAnswer answer = await Decoding.OfResponsesAsync(Body);

        Assert.Null(answer.Failure);
        Assert.Equal(("Hi", "hm", "resp_1", "resp_1"), (answer.Text, answer.Reasoning, answer.Updates[0].ResponseId, answer.Updates[0].ConversationId));
        Assert.Equal("c1", Assert.Single(answer.Contents.OfType<FunctionCallContent>()).CallId);
        Assert.Equal((ChatFinishReason.ToolCalls, 10L), (answer.FinishReason, answer.Usage!.InputTokenCount));
    }

    [Fact]
    public async Task Decode_WholeResponseThatIsStillBeingMade_IsNotWhole()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync("""{"id":"resp_1","object":"response","status":"queued","background":true,"model":"gpt-x","output":[]}""");

        Assert.Equal((ChatErrorKind.Truncated, new OpenAIResponsesToken("resp_1", null)), (answer.FailureKind, OpenAIResponsesToken.Parse(answer.Updates.Single().ContinuationToken!)));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"rate_limit_exceeded","message":"slow down","param":null}""", ChatErrorKind.RateLimited)]
    [InlineData("""{"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"no quota"}}""", ChatErrorKind.QuotaExhausted)]
    [InlineData("""{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"boom"}}}""", ChatErrorKind.ServerError)]
    [InlineData("""{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":null}}""", ChatErrorKind.ServerError)]
    [InlineData("""{"type":"response.failed","response":{"id":"resp_1","error":{"code":"server_error","message":"boom"}}}""", ChatErrorKind.ServerError)]
    [InlineData("""{"type":"response.failed","response":{"id":"resp_1","status":"in_progress"},"error":{"code":"rate_limit_exceeded","message":"slow down"}}""", ChatErrorKind.RateLimited)]
    [InlineData("""{"type":"response.failed","error":{"code":"rate_limit_exceeded","message":"slow down"}}""", ChatErrorKind.RateLimited)]
    [InlineData("""{"type":"response.failed"}""", ChatErrorKind.ServerError)]
    [InlineData("""{"type":"response.completed","response":{"id":"resp_1","status":"failed","error":{"code":"insufficient_quota","message":"no quota"}}}""", ChatErrorKind.QuotaExhausted)]
    [InlineData("""{"type":"response.cancelled","response":{"id":"resp_1","status":"cancelled"}}""", ChatErrorKind.Cancelled)]
    [InlineData("""{"type":"response.cancelled","response":{"id":"resp_1"}}""", ChatErrorKind.Cancelled)]
    [InlineData("""{"error":{"code":"context_length_exceeded","message":"too long"}}""", ChatErrorKind.ContextLengthExceeded)]
    [InlineData("""{"object":"error","message":"The prompt is too long.","type":"BadRequestError","code":400}""", ChatErrorKind.ContextLengthExceeded)]
    public async Task Decode_Error_FailsWithItsKindBehindWhatCame(string json, ChatErrorKind kind)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync($"{Start}{Text("Hi")}data: {json}\n\n{Text("not read")}{Stop}");

        Assert.Equal(("Hi", kind), (answer.Text, answer.FailureKind));
        Assert.Null(answer.FinishReason);
    }

    [Theory]
    [InlineData("response.output_text.delta", "5")]
    [InlineData("response.reasoning_text.delta", "{}")]
    [InlineData("response.refusal.delta", "[]")]
    [InlineData("response.function_call_arguments.delta", "true")]
    public async Task Decode_DeltaOfAWrongShape_FailsLoudly(string type, string delta)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Text("Hi") + Event(type, $""" "output_index":0,"delta":{delta}""") + Stop);

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }

    [Theory]
    [InlineData("response.completed", """ "response":"resp_1" """)]
    [InlineData("response.in_progress", """ "response":[]""")]
    [InlineData("response.output_item.added", """ "output_index":1,"item":"x" """)]
    [InlineData("response.output_item.done", """ "output_index":1,"item":5""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"message","content":[{"type":"output_text","text":{}}]}""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"message","content":"x"}""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"message","content":["x"]}""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"message","content":[{"type":"output_text","text":"","annotations":"x"}]}""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"message","content":[{"type":"refusal","refusal":5}]}""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"reasoning","summary":"x"}""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"reasoning","encrypted_content":5}""")]
    [InlineData("response.output_item.done", """ "output_index":1,"item":{"type":"function_call","call_id":5,"name":"f"}""")]
    [InlineData("response.output_item.added", """ "output_index":1,"item":{"type":"function_call","call_id":"c1","name":6}""")]
    [InlineData("response.output_text.done", """ "output_index":1,"text":5""")]
    [InlineData("response.refusal.done", """ "output_index":1,"refusal":5""")]
    [InlineData("response.completed", """ "response":{"output":"Hi"}""")]
    [InlineData("response.completed", """ "response":{"output":["Hi"]}""")]
    [InlineData("response.completed", """ "response":{"status":"completed","incomplete_details":"x"}""")]
    [InlineData("response.output_text.annotation.added", """ "output_index":0,"annotation":"x" """)]
    public async Task Decode_MemberOfAWrongShape_FailsLoudly(string type, string members)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Text("Hi") + Event(type, members) + Stop);

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }
}
