using System.Text;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAI.ChatWire;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>Errors inside a stream, shapes that break the protocol, and answers that are none. What came before is delivered first.</summary>
public sealed class OpenAIErrorTests
{
    /// <summary>What follows a text, and how the answer ends.</summary>
    public static TheoryData<string, string> Errors => new()
    {
        { Chunk("""{"error":{"message":"boom","type":"server_error","code":"c","param":null}}"""), "fails ServerError c: boom" },
        { Chunk("""{"error":{"message":"slow","code":429}}"""), "fails RateLimited 429: slow" },
        { Chunk("""{"error":{"message":"slow","code":"429"}}"""), "fails RateLimited 429: slow" },
        { "event: error\n" + Chunk("""{"error":{"message":"boom"},"message":"boom"}"""), "fails ServerError : boom" },
        { "event: error\n" + Chunk("""{"message":"Failed to call a function.","code":"tool_use_failed","failed_generation":"<f>","status_code":400}"""), "fails InvalidRequest tool_use_failed: Failed to call a function." },
        { "event: error\n" + Chunk("\"gone\""), "fails ServerError : gone" },
        { "event: error\n" + Chunk("the model crashed"), "fails ServerError : the model crashed" },
        { "event: error\n" + Chunk("""{"choices":[{"delta":{"content":"Hi"}}],"message":"an error, whatever it looks like"}"""), "fails ServerError : an error, whatever it looks like" },
        { "error: the model crashed\n\n", "fails ServerError : the model crashed" },
        { Chunk("""[{"error":{"message":"boom","code":503}}]"""), "fails Overloaded 503: boom" },
        { Chunk("""{"object":"error","message":"too long","code":400}"""), "fails InvalidRequest 400: too long" },
        { Chunk("""{"error":{"code":500,"message":"first"}}""") + Chunk("""{"error":{"code":400,"message":"second"}}""") + Done, "fails ServerError 500: first" },
        { Chunk("""{"id":"c1","error":{"code":400,"message":"upstream"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""") + Done, "usage 1/2/3 | fails InvalidRequest 400: upstream" },
        { Chunk("""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""") + Chunk("""{"error":"x"}"""), "usage 1/2/3 | fails ServerError : x" },
        { Delta("{}", "error"), "fails ServerError error: " },
        { Delta("""{"content":"!"}""", "error", ""","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}"""), "T:! | usage 1/2/3 | fails ServerError error: " },
        { Delta("{}", "network_error") + Done, "fails ServerError network_error: " },
        { Delta("{}", "insufficient_system_resource") + Done, "fails Overloaded insufficient_system_resource: " },
        { """{"error":{"message":"bare","code":401}}""", "fails Authentication 401: bare" },
        { "{\n  \"error\": {\n    \"message\": \"pretty\",\n    \"code\": 503\n  }\n}\n", "fails Overloaded 503: pretty" },
        { "[{\"error\":{\"message\":\"bare array\",\"code\":503}}]", "fails Overloaded 503: bare array" },
        { """{"detail":"any bare JSON without choices is an error"}""", "fails ServerError : any bare JSON without choices is an error" },
        { """{"error":{"message":"cut""", "fails Truncated" },
        { "error: {\"message\":\"cut", "fails Truncated" },
        { "event: error\ndata: {\"message\":\"cut", "fails Truncated" },
        { "<html>a proxy's page</html>", "fails Truncated" },
        { "", "fails Truncated" },
        { ": ping\n\n", "fails Truncated" },
    };

    /// <summary>Data of an event whose shape breaks the protocol.</summary>
    public static TheoryData<string> Broken => new()
    {
        "{broken", "not json", "7", "true", "\"text\"", "{} {}", "{}]", """{"choices":{}}""", """{"choices":"x"}""", """{"choices":[null]}""", """{"choices":["x"]}""",
        """{"choices":[{"delta":[]}]}""", """{"choices":[{"delta":"x"}]}""", """{"choices":[{"delta":1}]}""", """{"choices":[{"message":[]}]}""",
        """{"choices":[{"delta":{"content":5}}]}""", """{"choices":[{"delta":{"content":{}}}]}""", """{"choices":[{"delta":{"content":true}}]}""",
        """{"choices":[{"delta":{"reasoning":5}}]}""", """{"choices":[{"delta":{"reasoning_content":{"a":1}}}]}""", """{"choices":[{"delta":{"refusal":["x"]}}]}""",
        """{"choices":[{"delta":{"tool_calls":{}}}]}""", """{"choices":[{"delta":{"tool_calls":"x"}}]}""", """{"choices":[{"delta":{"tool_calls":["x"]}}]}""",
        """{"choices":[{"delta":{"tool_calls":[null]}}]}""", """{"choices":[{"delta":{"function_call":"x"}}]}""", """{"choices":[{"delta":{},"finish_reason":5}]}""",
        """{"choices":[{"delta":{"content":"\x"}}]}""", """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":"x"}]}}]}""", """{"choices":[{"delta":{"tool_calls":[{"index":0,"custom":5}]}}]}""",
        """{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":6}}]}}]}""", """{"choices":[{"delta":{"function_call":{"name":6}}}]}""", """{"choices":[{"delta":{"reasoning_details":"x"}}]}""",
        """{"choices":[{"delta":{"images":{}}}]}""", """{"choices":[{"delta":{"annotations":"z"}}]}""",
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Decode_Error_ComesAfterTheText(string rest, string end)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Hi + rest);

        Assert.Equal("T:Hi | " + end, AnswerText.Of(answer));
        Assert.Equal("test", Assert.IsAssignableFrom<ChatAdapterException>(answer.Failure).Provider);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Decode_WrongShape_FailsLoudlyAfterTheText(string data)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Hi + Chunk(data) + Hi + Stop);

        Assert.Equal("T:Hi | fails MalformedStream", AnswerText.Of(answer));
        Assert.Null(answer.Failure!.InnerException);
        Assert.DoesNotContain("choices", answer.Failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Decode_WrongShapeAtTheVeryEnd_IsACut(string data)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Hi + "data: " + data + "\n");

        Assert.Equal("T:Hi | fails Truncated", AnswerText.Of(answer));
    }

    [Fact]
    public async Task Decode_BrokenFrame_DeliversItsTextAndSaysWhere()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Chunk("""{"choices":[{"delta":{"content":"Hi"},"finish_reason":7}]}"""));

        Assert.Equal("T:Hi | fails MalformedStream", AnswerText.Of(answer));
        DecodedAnswer cut = await Decoding.OfChatAsync(Chunk("{broken"));
        Assert.Contains("(line 0, byte 1 of the frame)", cut.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_InvalidUtf8_IsReplaced()
    {
        byte[] body = [.. "data: {\"id\":\"x"u8, 0xFF, .. "\",\"model\":\"m"u8, 0xC3, .. "\",\"choices\":[{\"delta\":{\"content\":\"a"u8, 0xE6, 0xBC, .. "\",\"refusal\":\"r"u8, 0xFF, .. "\",\"tool_calls\":[{\"id\":\"i"u8, 0xFF,
            .. "\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":\""u8, 0xFF, .. "\"}}}]}}]}\n\ndata: [DONE]\n\n"u8];

        DecodedAnswer answer = await Decoding.OfChatAsync(body);

        Assert.Equal("T:a\uFFFD | call i\uFFFD f {\"x\":\"\uFFFD\"} | Refusal: r\uFFFD | done", AnswerText.Of(answer));
        Assert.Equal(("x\uFFFD", "m\uFFFD"), (answer.Updates[0].ResponseId, answer.Updates[0].ModelId));
    }

    [Fact]
    public async Task Decode_HalfSurrogatesInArguments_LeaveReadableElements()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":\"\\ud83d\"}"}}""") + Call("""{"index":1,"id":"b","function":{"name":"f","arguments":{"x":"\ud83d"}}}""") + Stop);

        Assert.Equal("call a f {\"x\":\"\uFFFD\"} | call b f {\"x\":\"\uFFFD\"} | finish stop | done", AnswerText.Of(answer).Replace("\\ufffd", "\uFFFD", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A dialect that rejects empty answers or none, the body, and the answer.</summary>
    public static TheoryData<bool, string, string> Empties => new()
    {
        { false, Stop, "finish stop | done" },
        { true, Stop, "finish stop | fails EmptyResponse" },
        { true, Delta("""{"content":""}""") + Delta("{}", "stop"), "finish stop | fails EmptyResponse" },
        { true, Delta("{}", "stop") + Chunk("""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1}}""") + Done, "finish stop | usage 1/0/1 | fails EmptyResponse" },
        { false, Done, "fails EmptyResponse" },
        { true, Done, "fails EmptyResponse" },
        { true, Delta("{}", "length") + Done, "finish length | done" },
        { true, Hi + Stop, "T:Hi | finish stop | done" },
        { true, Delta("""{"reasoning":"r"}""") + Stop, "R:r | finish stop | done" },
        { true, Call("""{"index":0,"id":"a","function":{"name":"f"}}""") + Stop, "call a f {} | finish stop | done" },
        { true, Delta("""{"refusal":"no"}""") + Stop, "Refusal: no | finish stop | done" },
        { true, Delta("""{"images":[{"image_url":{"url":"https://a.example/i.png"}}]}""") + Stop, "image/* https://a.example/i.png | finish stop | done" },
        { true, Hi + Delta("{}", "stop") + "data: [DO", "T:Hi | finish stop | done" },
        { false, """{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}""", "finish stop | done" },
        { true, """{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}""", "finish stop | fails EmptyResponse" },
        { false, """{"choices":[]}""", "fails EmptyResponse" },
        { true, """{"choices":[]}""", "fails EmptyResponse" },
        { false, """{"choices":[{"message":{"content":"Hi"}}]}""", "T:Hi | done" },
        { false, """{"choices":[{"message":{"content":"Hi"}""", "fails Truncated" },
    };

    [Theory]
    [MemberData(nameof(Empties))]
    public async Task Decode_AnswerWithoutContent_FollowsTheDialect(bool rejectsEmpty, string body, string expected)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(body, OpenAIDialect.Generic with { RejectsEmptyAnswers = rejectsEmpty });

        Assert.Equal(expected, AnswerText.Of(answer));
    }

    /// <summary>The deltas, and the answer of a dialect that knows think tags.</summary>
    public static TheoryData<string[], string> Thoughts => new()
    {
        { ["<think>a</think>b"], "R:a | T:b | done" },
        { ["<th", "ink>a</th", "ink>b"], "R:a | T:b | done" },
        { ["\n<think>", "\n", "a", "</think>", "\n\nb"], "R:\n | R:a | T:\n\nb | done" },
        { ["<think>a"], "R:a | done" },
        { ["<thi"], "T:<thi | done" },
        { ["a</think>b"], "T:a</think>b | done" },
        { ["<think>a\\ud83d", "\\ude00</think>b"], "R:a | R:😀 | T:b | done" },
    };

    [Theory]
    [MemberData(nameof(Thoughts))]
    public async Task Decode_DialectWithThinkTags_SplitsTheText(string[] deltas, string expected)
    {
        string body = string.Concat(deltas.Select(delta => Delta($"{{\"content\":\"{delta.Replace("\n", "\\n", StringComparison.Ordinal)}\"}}"))) + Done;

        DecodedAnswer answer = await Decoding.OfChatAsync(body, OpenAIDialect.Generic with { ParsesThinkTags = true });

        Assert.Equal(expected, AnswerText.Of(answer));
    }

    [Fact]
    public async Task Decode_ThinkTagHeldBack_ComesBeforeReasoningAndErrors()
    {
        OpenAIDialect dialect = OpenAIDialect.Generic with { ParsesThinkTags = true };

        DecodedAnswer reasoning = await Decoding.OfChatAsync(Delta("""{"content":"<th"}""") + Delta("""{"reasoning":"r"}""") + Stop, dialect);
        DecodedAnswer cut = await Decoding.OfChatAsync(Encoding.UTF8.GetBytes(Delta("""{"content":"<think>a</th"}""")), dialect);

        Assert.Equal("T:<th | R:r | finish stop | done", AnswerText.Of(reasoning));
        Assert.Equal("R:a | R:</th | fails Truncated", AnswerText.Of(cut));
    }
}
