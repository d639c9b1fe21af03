using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAI.ChatWire;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>The edge cases of chat completions, written by hand, with what each must give.</summary>
public sealed class OpenAIEdgeCaseTests
{
    private const string UsageOf7 = """ "usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}""";

    /// <summary>What it shows, the body and the answer.</summary>
    public static TheoryData<string, string, string> Cases => new()
    {
        { "nulls everywhere", Delta("""{"role":"assistant","content":null,"refusal":null,"tool_calls":null,"reasoning_content":null}""") + Hi + Stop, "T:Hi | finish stop | done" },
        { "usage chunk without choices", Hi + Delta("{}", "stop") + Chunk($$"""{"id":"c1","created":1,"model":"m","choices":[],{{UsageOf7}}}""") + Done, "T:Hi | finish stop | usage 5/2/7 | done" },
        { "usage on the finish chunk, null details", Delta("""{"content":"Hi"}""", more: ",\"usage\":null") + Delta("{}", "stop", ""","usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":null,"completion_tokens_details":null}""") + Done, "T:Hi | finish stop | usage 5/2/7 | done" },
        { "finish chunk twice", Hi + Delta("""{"content":""}""", "stop") + Delta("""{"content":""}""", "stop", "," + UsageOf7) + Done, "T:Hi | finish stop | usage 5/2/7 | done" },
        { "no [DONE], a finish reason", Hi + Delta("{}", "stop"), "T:Hi | finish stop | done" },
        { "[DONE], no finish reason", Hi + Done, "T:Hi | done" },
        { "[DONE] with a blank and CRLF", Hi + Delta("{}", "stop") + "data: [DONE] \r\n\r\n", "T:Hi | finish stop | done" },
        { "[DONE] without a space", Hi + Delta("{}", "stop") + "data:[DONE]\n\n", "T:Hi | finish stop | done" },
        { "[DONE] under a name", Hi + Delta("{}", "stop") + "event: done\ndata: [DONE]\n\n", "T:Hi | finish stop | done" },
        { "[DONE] without its end of line", Hi + "data: [DONE]", "T:Hi | done" },
        { "anything after [DONE]", Hi + Stop + Hi + Chunk("{broken"), "T:Hi | finish stop | done" },
        { "standard assembly", Call("""{"index":0,"id":"call_a","type":"function","function":{"name":"f","arguments":""}}""") + Call("""{"index":0,"function":{"arguments":"{\"x\":"}}""") + Call("""{"index":0,"function":{"arguments":"1}"}}""") + Delta("{}", "tool_calls") + Done, "call call_a f {\"x\":1} | finish tool_calls | done" },
        { "no index", Call("""{"id":"a","function":{"name":"f","arguments":"{\"x\""}}""") + Call("""{"function":{"arguments":":1}"}}""") + Delta("{}", "tool_calls") + Done, "call a f {\"x\":1} | finish tool_calls | done" },
        { "no id", Call("""{"index":0,"type":"function","function":{"name":"f","arguments":"{}"}}""") + Delta("{}", "tool_calls") + Done, "call * f {} | finish tool_calls | done" },
        { "empty id and name", Call("""{"index":0,"id":"a","function":{"name":"f","arguments":""}}""") + Call("""{"index":0,"id":"","function":{"name":"","arguments":"{\"x\":1}"}}""") + Delta("{}", "tool_calls") + Done, "call a f {\"x\":1} | finish tool_calls | done" },
        { "empty arguments", Call("""{"index":0,"id":"a","function":{"name":"f","arguments":""}}""") + Delta("{}", "tool_calls") + Done, "call a f {} | finish tool_calls | done" },
        { "no arguments", Call("""{"index":0,"id":"a","function":{"name":"f"}}""") + Delta("{}", "tool_calls") + Done, "call a f {} | finish tool_calls | done" },
        { "arguments cut by the limit", Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":\"unfin"}}""") + Delta("{}", "length") + Done, "call a f raw {\"x\":\"unfin | finish length | done" },
        { "arguments as an object", Call("""{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}}""") + Delta("{}", "tool_calls") + Done, "call a f {\"x\":1} | finish tool_calls | done" },
        { "escape split between arguments", Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"c\":\"caf\\u00"}}""") + Call("""{"index":0,"function":{"arguments":"e9\"}"}}""") + Delta("{}", "tool_calls") + Done, "call a f {\"c\":\"café\"} | finish tool_calls | done" },
        { "legacy call", Delta("""{"function_call":{"name":"f","arguments":""}}""") + Delta("""{"function_call":{"arguments":"{\"x\":1}"}}""") + Delta("{}", "function_call") + Done, "call * f {\"x\":1} | finish tool_calls(function_call) | done" },
        { "a call, but finish stop", Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}""") + Stop, "call a f {\"x\":1} | finish stop | done" },
        { "text before a call", Delta("""{"content":"Let me see."}""") + Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}""") + Delta("{}", "tool_calls") + Done, "T:Let me see. | call a f {} | finish tool_calls | done" },
        { "reasoning", Delta("""{"reasoning":"think"}""") + Hi + Stop, "R:think | T:Hi | finish stop | done" },
        { "reasoning and content in one delta", Delta("""{"reasoning_content":"think","content":"Hi"}""") + Stop, "R:think | T:Hi | finish stop | done" },
        { "think tags stay text", Delta("""{"content":"<think>a</think>b"}""") + Stop, "T:<think>a</think>b | finish stop | done" },
        { "content as an array", Delta("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"mm"}]}]}""") + Delta("""{"content":[{"type":"text","text":"Hi"}]}""") + Delta("""{"content":"!"}""") + Stop, "R:mm | T:Hi | T:! | finish stop | done" },
        { "refusal", Delta("""{"role":"assistant","content":"","refusal":""}""") + Delta("""{"refusal":"I can't"}""") + Delta("""{"refusal":" help."}""") + Stop, "Refusal: I can't help. | finish stop | done" },
        { "error as a string", Hi + Chunk("""{"error":"boom"}"""), "T:Hi | fails ServerError : boom" },
        { "object error", Chunk("""{"object":"error","message":"too long","type":"BadRequestError","param":null,"code":400}""") + Done, "fails InvalidRequest 400: too long" },
        { "error field", Hi + """error: {"code":500,"message":"failed to decode","type":"server_error"}""" + "\n\n", "T:Hi | fails ServerError 500: failed to decode" },
        { "bare error", Hi + """{"error":{"message":"boom","code":503}}""" + "\n", "T:Hi | fails Overloaded 503: boom" },
        { "filter chunk without a delta", Hi + Chunk("""{"id":"","model":"","choices":[{"index":0,"finish_reason":null,"content_filter_results":{},"content_filter_offsets":{"check_offset":1}}]}""") + Stop, "T:Hi | finish stop | done" },
        { "n=2", Chunk("""{"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"A"},"finish_reason":null},{"index":1,"delta":{"content":"B"},"finish_reason":null}]}""") + Chunk("""{"id":"c1","choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}""") + Delta("{}", "length") + Done, "T:A | finish length | done" },
        { "usage inside the choice", Hi + Choice("""  "delta":{},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4,"cached_tokens":2}""") + Done, "T:Hi | finish stop | usage 3/1/4 cached 2 | done" },
        { "an answer that was not streamed", """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""", "T:Hi | finish stop | usage 1/1/2 | done" },
        { "characters of several bytes", Delta("""{"content":"héllo 👩‍👩‍👧 漢字   end"}""") + Stop, "T:héllo 👩‍👩‍👧 漢字   end | finish stop | done" },
        { "content filter", Hi + Delta("{}", "content_filter") + Done, "T:Hi | finish content_filter | done" },
        { "spliced frame", """data: {"id":"a","choices":[{"index":0,"delta":{"reasoning_content":"\n"},"logprodata: {"id":"b","choices":[{"index":0,"delta":{"content":"Let"}}]}""" + "\n\n", "fails MalformedStream" },
        { "empty delta after the finish", Delta("""{"content":""}""") + Hi + Delta("""{"content":null}""", "stop") + Delta("""{"role":"assistant","content":""}""") + Done, "T:Hi | finish stop | done" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Decode_EdgeCase_GivesTheAnswer(string what, string body, string expected)
    {
        string actual = AnswerText.Of(await Decoding.OfChatAsync(body));

        Assert.True(expected == actual, $"{what}: {actual}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Decode_OtherFraming_GivesTheSameAnswer(string what, string body, string expected)
    {
        body = body.ReplaceLineEndings("\n");
        string[] variants =
        [
            body.Replace("\n", "\r\n", StringComparison.Ordinal),
            body.Replace("\n", "\r", StringComparison.Ordinal),
            "\uFEFF" + body,
            ": OPENROUTER PROCESSING\n\n" + body.Replace("\n\n", "\n: ping\n\n:\n\n\n", StringComparison.Ordinal),
            body.Replace("\n\n", "\n\nevent: ping\n\nfoo: bar\ndata:  \n\ndata: null\n\n", StringComparison.Ordinal),
            body.Replace("data: ", "data:", StringComparison.Ordinal),
        ];

        foreach (string variant in variants)
        {
            string actual = AnswerText.Of(await Decoding.OfChatAsync(variant));

            Assert.True(expected == actual, $"{what}: {actual} of {variant}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Decode_CutAnywhere_GivesAPrefixThenTruncation(string what, string body, string expected)
    {
        DecodedAnswer whole = await Decoding.OfChatAsync(body);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(body);

        for (int length = 0; length < bytes.Length; length++)
        {
            DecodedAnswer cut = await DecodedAnswer.DirectAsync("openai-chat", bytes.AsMemory(0, length), Splits.Whole(), fastPath: true);

            Assert.StartsWith(cut.Text, whole.Text, StringComparison.Ordinal);
            Assert.StartsWith(cut.Reasoning, whole.Reasoning, StringComparison.Ordinal);
            bool isAllowed = cut.Failure is null
                ? cut.FinishReason is not null || whole.Failure is null
                : cut.FailureKind == ChatErrorKind.Truncated || cut.FailureKind == whole.FailureKind;
            Assert.True(isAllowed, $"{what}, cut at {length}: {AnswerText.Of(cut)} instead of a part of {expected}");
        }
    }

    [Fact]
    public async Task Decode_EveryUpdate_CarriesTheSameStamps()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Chunk("""{"id":"","model":"","created":0,"object":"","choices":[],"prompt_filter_results":[{}]}""") + Delta("""{"reasoning":"r"}""") + Hi + Stop.Replace("c1", "c2", StringComparison.Ordinal));

        Assert.Equal(3, answer.Updates.Count);
        Assert.All(answer.Updates, update => Assert.Equal(("c1", "c1", "m", 1700000000L, "assistant"), (update.ResponseId, update.MessageId, update.ModelId, update.CreatedAt!.Value.ToUnixTimeSeconds(), update.Role!.Value.Value)));
    }

    [Fact]
    public async Task Decode_ServerWithoutIds_GivesEachAnswerOneOfItsOwn()
    {
        string body = Chunk("""{"id":"","choices":[{"delta":{"content":"a"}}]}""") + Chunk("""{"id":"late","choices":[{"delta":{"content":"b"}}]}""") + Done;

        DecodedAnswer first = await Decoding.OfChatAsync(body);
        DecodedAnswer second = await Decoding.OfChatAsync(body);

        Assert.Single(first.Updates.Select(update => update.MessageId).Distinct());
        Assert.NotEqual(first.Updates[0].ResponseId, second.Updates[0].ResponseId);
        Assert.NotEqual("late", first.Updates[1].ResponseId);
    }

    [Fact]
    public async Task Decode_OtherChoices_AreOnTheLastUpdateByIndex()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(
            Chunk("""{"choices":[{"index":1,"delta":{"content":"B"}},{"index":0,"delta":{"content":"A"}},{"index":2,"delta":{"content":"C"}}]}""")
            + Chunk("""{"choices":[{"index":1,"delta":{"content":"b"}},{"index":2,"delta":{"content":null}},{"index":1,"delta":{"content":[{"type":"text","text":"x"}]}}]}""") + Stop);

        var others = (Dictionary<string, object?>)answer.Updates[^1].AdditionalProperties!["other_choices"]!;
        Assert.Equal(("A", "Bb", "C"), (answer.Text, others["1"], others["2"]));
        Assert.Equal(2, others.Count);
    }
}
