using Microsoft.Extensions.AI;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAI.ChatWire;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>Each field of a chunk, in each of its forms.</summary>
public sealed class OpenAIFieldTests
{
    /// <summary>What it shows, the body and the answer.</summary>
    public static TheoryData<string, string, string> Fields => new()
    {
        { "members in any order", Chunk("""{"choices":[{"finish_reason":null,"delta":{"content":"Hi","role":"assistant"},"index":0}],"model":"m","id":"c1"}""") + Stop, "T:Hi | finish stop | done" },
        { "unknown members everywhere", Chunk("""{"x":{"choices":[{"delta":{"content":"no"}}]},"choices":[{"x":[{"delta":1}],"delta":{"x":{"content":"no"},"content":"Hi","y":[1,[2]]},"z":true}],"obfuscation":"aaa","p":"ab"}""") + Stop, "T:Hi | finish stop | done" },
        { "no index", Chunk("""{"choices":[{"delta":{"content":"Hi"}}]}""") + Stop, "T:Hi | finish stop | done" },
        { "index that is no number", Chunk("""{"choices":[{"index":null,"delta":{"content":"H"}}]}""") + Chunk("""{"choices":[{"index":[1,{"a":2}],"delta":{"content":"i"}}]}""") + Chunk("""{"choices":[{"index":{"a":1},"delta":{"content":"!"}}]}""") + Stop, "T:H | T:i | T:! | finish stop | done" },
        { "no choices", Chunk("{}") + Chunk("""{"choices":null}""") + Chunk("""{"choices":[]}""") + Chunk("""{"prompt_progress":{"n":1}}""") + Hi + Stop, "T:Hi | finish stop | done" },
        { "data null, blank and padded", "data: null\n\ndata:   \n\n" + "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}   \n\n" + Stop, "T:Hi | finish stop | done" },
        { "role in every delta", Delta("""{"role":"assistant","content":"H"}""") + Delta("""{"role":"assistant","content":"i"}""") + Stop, "T:H | T:i | finish stop | done" },
        { "empty finish reason", Choice("""  "delta":{"content":"Hi"},"finish_reason":"" """) + Stop, "T:Hi | finish stop | done" },
        { "cumulative message beside the delta", Choice(""" "message":{"content":"H"},"delta":{"content":"H"}""") + Choice(""" "delta":{"content":"i"},"message":{"content":"Hi"}""") + Stop, "T:H | T:i | finish stop | done" },
        { "message, delta null", Choice(""" "delta":null,"message":{"content":"Hi"},"finish_reason":"stop" """) + Done, "T:Hi | finish stop | done" },
        { "reasoning: the first name that is not empty", Delta("""{"reasoning_content":"","reasoning":"a","reasoning_details":[{"text":"no"}]}""") + Delta("""{"reasoning":"b","reasoning_content":"b"}""") + Delta("""{"reasoning":null,"reasoning_content":"c"}""") + Delta("""{"reasoning":"","reasoning_details":[{"type":"reasoning.text","text":"d"},{"type":"reasoning.summary","summary":"e"},{"type":"reasoning.encrypted","data":"x"},7]}""") + Hi + Stop, "R:a | R:b | R:c | R:d | R:e | T:Hi | finish stop | done" },
        { "reasoning between texts", Delta("""{"content":"a"}""") + Delta("""{"reasoning":"b"}""") + Delta("""{"content":"c"}""") + Stop, "T:a | R:b | T:c | finish stop | done" },
        { "content parts of every type", Delta("""{"content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"a"},{"text":"b"}]},{"type":"thinking","thinking":"c"},{"type":"text","text":"d"},{"type":"reference","reference_ids":[1]},{"type":"new","text":"no"},{"text":"no"},"no",{"type":"text","text":7},{"type":"text"}]}""") + Stop, "R:a | R:b | R:c | T:d | finish stop | done" },
        { "empty content parts", Delta("""{"content":[]}""") + Delta("""{"content":[{"type":"text","text":""}]}""") + Hi + Stop, "T:Hi | finish stop | done" },
        { "emoji split between deltas", Delta("""{"content":"a\ud83d"}""") + Delta("""{"content":"\ude00b"}""") + Stop, "T:a | T:😀b | finish stop | done" },
        { "emoji split, empty delta and usage between", Delta("""{"content":"\ud83d"}""") + Delta("""{"content":""}""") + Delta("""{"content":null}""", more: ",\"x\":1") + Delta("""{"content":"\ude00"}""") + Stop, "T:😀 | finish stop | done" },
        { "half an emoji at the end", Delta("""{"content":"a\ud83d"}""") + Stop, "T:a | T:\uFFFD | finish stop | done" },
        { "half an emoji before reasoning", Delta("""{"content":"a\ud83d"}""") + Delta("""{"reasoning":"\ude00"}""") + Stop, "T:a | T:\uFFFD | R:\uFFFD | finish stop | done" },
        { "half an emoji at an error", Delta("""{"content":"a\ud83d"}""") + Chunk("""{"error":{"message":"x","code":500}}"""), "T:a | T:\uFFFD | fails ServerError 500: x" },
        { "half an emoji at a cut", Delta("""{"content":"a\ud83d"}"""), "T:a | T:\uFFFD | fails Truncated" },
        { "halves in refusals", Delta("""{"refusal":"a\ud83d"}""") + Stop, "Refusal: a\uFFFD | finish stop | done" },
        { "a refusal at a cut", Delta("""{"refusal":"I "}""") + Delta("""{"refusal":"can't"}"""), "Refusal: I can't | fails Truncated" },
        { "a refusal at an error", Delta("""{"refusal":"No"}""") + Chunk("""{"error":{"message":"x","code":500}}"""), "Refusal: No | fails ServerError 500: x" },
        { "audio and other members of a delta", Delta("""{"content":"Hi","audio":{"id":"a","data":"AA=="},"channel":"analysis","executed_tools":[]}""") + Stop, "T:Hi | finish stop | done" },
        { "annotations", Delta("""{"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example/x","title":"t","content":"s","start_index":1,"end_index":5}},{"type":"url_citation","url_citation":{"url":"https://b.example/"}},{"type":"file","file":{}},{"url":"https://c.example/"},{"url_citation":{"url":7}},"x"]}""") + Hi + Stop, "cites https://a.example/x[t][s][1-5] https://b.example/[][] https://c.example/[][] | T:Hi | finish stop | done" },
        { "annotations that are none", Delta("""{"content":"Hi","annotations":[]}""") + Delta("""{"annotations":null}""") + Stop, "T:Hi | finish stop | done" },
        { "citation with half a region", Delta("""{"annotations":[{"url":"not absolute","start_index":1,"end_index":"2"}]}""") + Hi + Stop, "cites [][] | T:Hi | finish stop | done" },
        { "sources, repeated, once at the end", Chunk("""{"citations":["https://a.example/"],"search_results":[],"choices":[{"delta":{"content":"Hi"}}]}""") + Chunk("""{"citations":["https://a.example/",7,"https://b.example/"],"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}""") + Chunk("""{"object":"chat.completion.done","choices":[]}"""), "T:Hi | T:! | cites https://a.example/[][] https://b.example/[][] | finish stop | done" },
        { "sources that are none", Chunk("""{"citations":[],"choices":[{"delta":{"content":"Hi"}}]}""") + Chunk("""{"citations":"x","choices":[]}""") + Stop, "T:Hi | finish stop | done" },
        { "images", Delta("""{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},{"image_url":{"url":"https://a.example/i.png"}},{"image_url":{"url":"data:broken"}},{"image_url":{"url":"nothing"}},{"image_url":"x"},{"x":1},7]}""") + Stop, "data:image/png;base64,iVBORw0KGgo= | image/* https://a.example/i.png | finish stop | done" },
        { "images that are none", Delta("""{"content":"Hi","images":[]}""") + Delta("""{"images":null}""") + Stop, "T:Hi | finish stop | done" },
        { "calls in one delta, with the finish", Delta("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}""", "tool_calls") + Done, "call a f {} | call b g {} | finish tool_calls | done" },
        { "calls after the finish", Hi + Delta("{}", "stop") + Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}""") + Done, "T:Hi | finish stop | call a f {} | done" },
        { "text after the finish", Hi + Delta("{}", "stop") + Delta("""{"content":"!"}""") + Done, "T:Hi | finish stop | T:! | done" },
        { "a second finish reason is ignored", Hi + Delta("{}", "length") + Delta("{}", "stop") + Done, "T:Hi | finish length | done" },
        { "unknown finish reasons pass", Hi + Delta("{}", "model_length") + Done, "T:Hi | finish model_length | done" },
        { "an empty list of calls", Delta("""{"content":"Hi","tool_calls":[]}""") + Stop, "T:Hi | finish stop | done" },
        { "[DONE] with a half call", Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}""") + Done, "call a f {\"x\":1} | done" },
        { "a cut with a half call", Hi + Call("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}"""), "T:Hi | fails Truncated" },
        { "a cut inside a frame after the finish", Hi + Delta("{}", "stop") + "data: {\"choices\":[],\"usa", "T:Hi | finish stop | done" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Decode_Field_GivesTheAnswer(string what, string body, string expected)
    {
        string actual = AnswerText.Of(await Decoding.OfChatAsync(body));

        Assert.True(expected == actual, $"{what}: {actual}");
    }

    [Theory]
    [InlineData("1700000000", 1700000000L)]
    [InlineData("1780944936.0", 1780944936L)]
    [InlineData("1.7e9", 1700000000L)]
    [InlineData("253402300799", 253402300799L)]
    [InlineData("253402300800", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("1e400", null)]
    [InlineData("null", null)]
    [InlineData("\"1700000000\"", null)]
    [InlineData("{}", null)]
    public async Task Decode_Created_IsReadLeniently(string created, long? seconds)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Chunk($$$"""{"created":{{{created}}},"choices":[{"delta":{"content":"Hi"}}]}""") + Done);

        Assert.Equal(seconds, answer.Updates[0].CreatedAt?.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{\"a\":1}")]
    [InlineData("\"\"")]
    public async Task Decode_StampsOfOtherTypes_AreAbsent(string value)
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(
            Chunk($$$"""{"id":{{{value}}},"model":{{{value}}},"system_fingerprint":{{{value}}},"service_tier":{{{value}}},"provider":{{{value}}},"object":{{{value}}},"choices":[{"delta":{"content":"Hi"}}]}""") + Stop);

        Assert.Null(answer.Updates[0].ModelId);
        Assert.Null(answer.Updates[0].AdditionalProperties);
        Assert.Equal("T:Hi | finish stop | done", AnswerText.Of(answer));
    }

    [Fact]
    public async Task Decode_ConstantExtras_ComeOnceAndWhenTheyChange()
    {
        string[] deltas =
        [
            ""","system_fingerprint":"fp1","service_tier":"default","provider":"A" """,
            ""","system_fingerprint":"fp1","service_tier":"default","provider":"A" """,
            ""","system_fingerprint":"fp2","service_tier":null""",
            ""","system_fingerprint":"fp2","provider":"B" """,
        ];

        DecodedAnswer answer = await Decoding.OfChatAsync(string.Concat(deltas.Select(more => Delta("""{"content":"x"}""", more: more))) + Done);

        Assert.Equal(
            ["system_fingerprint=fp1,service_tier=default,provider=A", "", "system_fingerprint=fp2", "provider=B"],
            answer.Updates.Select(update => string.Join(',', (update.AdditionalProperties ?? []).Select(p => $"{p.Key}={p.Value}"))));
    }

    [Theory]
    [InlineData("native_finish_reason", "\"end_turn\"", "end_turn")]
    [InlineData("stop_reason", "\"###\"", "###")]
    [InlineData("stop_reason", "128009", 128009L)]
    [InlineData("matched_stop", "128009", 128009L)]
    [InlineData("matched_stop", "null", null)]
    [InlineData("matched_stop", "[1]", null)]
    [InlineData("native_finish_reason", "5", null)]
    public async Task Decode_WhyTheAnswerEnded_IsAnExtraToldOnce(string name, string value, object? expected)
    {
        string finish = Choice($" \"delta\":{{}},\"finish_reason\":\"stop\",\"{name}\":{value}");

        DecodedAnswer answer = await Decoding.OfChatAsync(Choice($" \"delta\":{{\"content\":\"Hi\"}},\"{name}\":null") + finish + finish + Hi + Done);

        Assert.Equal(expected, answer.Updates[1].AdditionalProperties?.GetValueOrDefault(name));
        Assert.Null(answer.Updates[2].AdditionalProperties);
    }

    [Fact]
    public async Task Decode_ExtrasOfFramesWithoutContent_WaitForTheNextUpdate()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Chunk("""{"provider":"A","choices":[]}""") + Hi + Done);

        Assert.Equal("A", answer.Updates[0].AdditionalProperties!["provider"]);
    }

    [Fact]
    public async Task Decode_LogProbs_GivesTheChunkAsRawRepresentation()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(
            Choice(""" "delta":{"content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-0.5}]}""") + Choice(""" "delta":{},"logprobs":{"content":[]}""") + Hi + Stop);

        var raw = Assert.IsType<System.Text.Json.JsonElement>(answer.Updates[0].RawRepresentation);
        Assert.Equal(-0.5, raw.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content")[0].GetProperty("logprob").GetDouble());
        Assert.Empty(answer.Updates[1].Contents);
        Assert.NotNull(answer.Updates[1].RawRepresentation);
        Assert.Null(answer.Updates[2].RawRepresentation);
    }

    [Fact]
    public async Task Decode_ReasoningDetailsOfOpenRouter_AreKeptForTheNextRequest()
    {
        string body = Delta("""{"content":"","reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","index":0}]}""")
            + Delta("""{"content":"","reasoning":"b","reasoning_details":[{"type":"reasoning.text","text":"b","signature":"S","index":0}]}""") + Hi + Stop;

        DecodedAnswer kept = await Decoding.OfChatAsync(body, OpenAIDialect.OpenRouter);
        DecodedAnswer dropped = await Decoding.OfChatAsync(body);

        Assert.Equal("""R:a | R:b | T:Hi | finish stop | protected [{"type":"reasoning.text","text":"ab","index":0,"signature":"S"}] | done""", AnswerText.Of(kept));
        Assert.Equal("R:a | R:b | T:Hi | finish stop | done", AnswerText.Of(dropped));
        ChatMessage message = Assert.Single(kept.Updates.ToChatResponse().Messages);
        Assert.Contains(message.Contents, content => content is TextReasoningContent { ProtectedData: not null });
    }
}
