using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.Ollama.OllamaWire;

namespace StreamingAdapters.Tests.Providers.Ollama;

/// <summary>Each rule of the native stream, and the edge cases written by hand.</summary>
public sealed class OllamaStreamDecoderTests
{
    /// <summary>What it shows, the body and the answer.</summary>
    public static TheoryData<string, string, string> Cases => new()
    {
        { "a normal stream", Text("Hel") + Text("lo") + Done, "T:Hel | T:lo | " + DoneText },
        { "thinking then content", Line("""{"role":"assistant","content":"","thinking":"hm"}""") + Text("Hi") + Done, "R:hm | T:Hi | " + DoneText },
        { "thinking without content", Line("""{"role":"assistant","thinking":"a"}""") + Line("""{"role":"assistant","thinking":"b"}""") + Done, "R:a | R:b | " + DoneText },
        { "both in one line", Line("""{"content":"c","thinking":"t"}""") + Line("""{"content":"d","thinking":"u"}""") + Done, "R:t | T:c | R:u | T:d | " + DoneText },
        { "think tags stay text", Text("<think>a</think>") + Text("</think>b") + Done, "T:<think>a</think> | T:</think>b | " + DoneText },
        { "null content beside thinking", Line("""{"content":null,"thinking":"a"}""") + Line("""{"content":null,"thinking":"b"}""") + Done, "R:a | R:b | " + DoneText },
        { "null content, again and again", Line("""{"content":null}""") + Line("""{"content":null}""") + Line("""{"content":null,"thinking":null}""") + Text("Hi") + Done, "T:Hi | " + DoneText },
        { "null members everywhere", Line("""{"role":null,"content":"Hi","thinking":null,"tool_calls":null,"images":null}""", more: ""","error":null,"remote_model":null,"remote_host":"","logprobs":null,"done_reason":null""") + Line("null") + Done, "T:Hi | " + DoneText },
        { "unknown members", Line("""{"x":[{"content":"no"}],"content":"Hi"}""", more: ""","y":{"message":{"content":"no"}}""") + Done, "T:Hi | " + DoneText },
        { "members in any order", """{"done":false,"message":{"content":"Hi","role":"assistant"},"created_at":"2026-07-28T06:32:45Z","model":"m"}""" + "\n" + Done, "T:Hi | " + DoneText },
        { "a whole call", Line("""{"content":"","tool_calls":[{"id":"call_x","function":{"index":0,"name":"f","arguments":{"x":1}}}]}""") + Done, "call call_x f {\"x\":1} | " + DoneText },
        { "no id, one tool twice", Line("""{"tool_calls":[{"function":{"name":"f","arguments":{}}}]}""") + Line("""{"tool_calls":[{"function":{"name":"f","arguments":{}}}]}""") + Done, "call * f {} | call * f {} | " + DoneText },
        { "several calls in a line, text before and after", Text("a") + Line("""{"content":"b","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}},{"id":"2","function":{"name":"g","arguments":{"y":[2]}}}]}""") + Text("c") + Done, "T:a | T:b | call 1 f {} | call 2 g {\"y\":[2]} | T:c | " + DoneText },
        { "a call in the last line", Line("""{"content":"","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}}]}""", true, ""","done_reason":"stop","eval_count":1"""), "call 1 f {} | usage -/1/1 | finish stop | done" },
        { "arguments as text, null, missing, no object", Line("""{"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"2","function":{"name":"f","arguments":null}},{"id":"3","function":{"name":"f"}},{"id":"4","function":{"name":"f","arguments":[1]}}]}""") + Done, "call 1 f {\"x\":1} | call 2 f {} | call 3 f {} | call 4 f raw [1] | " + DoneText },
        { "a call without a name", Line("""{"tool_calls":[{"id":"1","function":{}}]}""") + Done, "call 1  {} | " + DoneText },
        { "an empty list of calls and images", Line("""{"content":"Hi","tool_calls":[],"images":[]}""") + Done, "T:Hi | " + DoneText },
        { "halves of pairs in arguments", Line("""{"tool_calls":[{"id":"\ud83d","function":{"name":"f","arguments":{"x":"\ud83d"}}}]}""") + Done, "call \uFFFD f {\"x\":\"\uFFFD\"} | " + DoneText },
        { "images", Line("""{"content":"","images":["iVBORw0KGgo=","not base64!",7]}""") + Done, "data:image/png;base64,iVBORw0KGgo= | " + DoneText },
        { "generate", """{"model":"m","created_at":"2026-07-28T06:32:45Z","response":"a","done":false}""" + "\n" + """{"model":"m","created_at":"2026-07-28T06:32:46Z","response":"b","done":false}""" + "\n" + """{"model":"m","response":"","thinking":"t","done":false}""" + "\n" + """{"model":"m","response":"","done":true,"done_reason":"stop","context":[1,2],"eval_count":2}""" + "\n", "T:a | T:b | R:t | usage -/2/2 | finish stop | done" },
        { "no reason", Text("Hi") + Line("""{"content":""}""", true), "T:Hi | finish stop | done" },
        { "an empty reason", Text("Hi") + Line("""{"content":""}""", true, ""","done_reason":"" """), "T:Hi | finish stop | done" },
        { "length, with text in the last line, prompt from the cache", Line("""{"content":"Hi"}""", true, ""","done_reason":"length","eval_count":1"""), "T:Hi | usage -/1/1 | finish length | done" },
        { "load", Line("""{"content":""}""", true, ""","done_reason":"load" """), "finish load | done" },
        { "unload", Line("""{"content":""}""", true, ""","done_reason":"unload" """), "finish unload | done" },
        { "counts as floats, and of other types", Line("""{"content":""}""", true, ""","prompt_eval_count":5.0,"eval_count":"2" """), "usage 5/-/5 | finish stop | done" },
        { "last line without an end", Text("Hi") + Done.TrimEnd(), "T:Hi | " + DoneText },
        { "blank lines and CRLF", "\n" + (Text("Hi") + "\n" + Done).ReplaceLineEndings("\r\n"), "T:Hi | " + DoneText },
        { "a mark", "\uFEFF" + Text("Hi") + Done, "T:Hi | " + DoneText },
        { "lines after the last", Text("Hi") + Done + Text("no") + "{broken\n", "T:Hi | " + DoneText },
        { "emoji split between lines", Text("a\\ud83d") + Text("\\ude00b") + Done, "T:a | T:😀b | " + DoneText },
        { "half an emoji at the end", Text("a\\ud83d") + Done, "T:a | T:\uFFFD | " + DoneText },
        { "half an emoji before a call", Text("\\ud83d") + Line("""{"tool_calls":[{"id":"1","function":{"name":"f"}}]}""") + Text("\\ude00") + Done, "T:\uFFFD | call 1 f {} | T:\uFFFD | " + DoneText },
        { "an end inside a line", Text("Hi") + """{"model":"m","mess""", "T:Hi | fails Truncated" },
        { "an end before the last line", Text("Hi"), "T:Hi | fails Truncated" },
        { "nothing", "", "fails Truncated" },
        { "an error line", Text("Hi") + """{"error":"boom"}""" + "\n", "T:Hi | fails ServerError : boom" },
        { "an error line without an end", Text("Hi") + """{"error":"boom"}""", "T:Hi | fails ServerError : boom" },
        { "an error with a status", Text("Hi") + """{"StatusCode":429,"Status":"429 Too Many Requests","error":"slow"}""" + "\n", "T:Hi | fails RateLimited : slow" },
        { "an error of any shape", """{"error":{"message":"boom","code":503}}""" + "\n", "fails Overloaded 503: boom" },
        { "an error beside a message", Line("""{"content":"no"}""", true, ""","error":"boom" """), "fails ServerError : boom" },
    };

    /// <summary>Lines whose shape breaks the protocol.</summary>
    public static TheoryData<string> Broken => new()
    {
        "not json", "7", "\"x\"", "[]", "{broken", "{} {}", """{"message":"x"}""", """{"message":[]}""", """{"message":{"content":5}}""", """{"message":{"content":{}}}""",
        """{"message":{"thinking":true}}""", """{"response":7}""", """{"done":"true"}""", """{"done":1}""", """{"message":{"tool_calls":"x"}}""",
        """{"message":{"tool_calls":{}}}""", """{"message":{"tool_calls":["x"]}}""", """{"message":{"tool_calls":[{}]}}""", """{"message":{"tool_calls":[{"function":"f"}]}}""",
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Decode_Stream_GivesTheAnswer(string what, string body, string expected)
    {
        string actual = AnswerText.Of(await Decoding.OfOllamaAsync(body)).Replace("\\uFFFD", "\uFFFD", StringComparison.OrdinalIgnoreCase);

        Assert.True(expected == actual, $"{what}: {actual}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Decode_CutAnywhere_GivesAPrefixThenTruncation(string what, string body, string expected)
    {
        DecodedAnswer whole = await Decoding.OfOllamaAsync(body);
        byte[] bytes = Encoding.UTF8.GetBytes(body);

        for (int length = 0; length < bytes.Length; length++)
        {
            DecodedAnswer cut = await DecodedAnswer.DirectAsync("ollama", bytes.AsMemory(0, length), Splits.Whole(), fastPath: true);

            Assert.StartsWith(cut.Text.TrimEnd('\uFFFD'), whole.Text, StringComparison.Ordinal);
            bool isAllowed = cut.Failure is null ? cut.FinishReason is not null : cut.FailureKind == ChatErrorKind.Truncated || cut.FailureKind == whole.FailureKind;
            Assert.True(isAllowed, $"{what}, cut at {length}: {AnswerText.Of(cut)} instead of a part of {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Decode_WrongShape_FailsLoudlyAfterTheText(string line)
    {
        DecodedAnswer answer = await Decoding.OfOllamaAsync(Text("Hi") + line + "\n" + Text("no") + Done);
        DecodedAnswer atTheEnd = await Decoding.OfOllamaAsync(Text("Hi") + line);

        Assert.Equal("T:Hi | fails MalformedStream", AnswerText.Of(answer));
        Assert.Null(answer.Failure!.InnerException);
        Assert.Equal("T:Hi | fails Truncated", AnswerText.Of(atTheEnd));
    }

    /// <summary>A time, and the moment as UTC with seven digits.</summary>
    [Theory]
    [InlineData("\"2026-07-28T06:32:45.004109123Z\"", "2026-07-28T06:32:45.0041091Z")]
    [InlineData("\"2026-07-28T06:32:45Z\"", "2026-07-28T06:32:45.0000000Z")]
    [InlineData("\"2026-07-28T08:32:45.5+02:00\"", "2026-07-28T06:32:45.5000000Z")]
    [InlineData("\"2026-07-28t06:32:45z\"", "2026-07-28T06:32:45.0000000Z")]
    [InlineData("\"yesterday\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("1753684365", null)]
    [InlineData("{\"a\":1}", null)]
    public async Task Decode_CreatedAt_IsReadLeniently(string time, string? expected)
    {
        string line = Text("Hi").Replace($"\"{CreatedAt}\"", time, StringComparison.Ordinal);

        DecodedAnswer answer = await Decoding.OfOllamaAsync(line + line + Done.Replace($"\"{CreatedAt}\"", time, StringComparison.Ordinal));

        Assert.Equal("T:Hi | T:Hi | " + DoneText, AnswerText.Of(answer));
        Assert.All(answer.Updates, update => Assert.Equal(expected, update.CreatedAt?.UtcDateTime.ToString("O")));
    }

    [Fact]
    public async Task Decode_EveryUpdate_CarriesOneIdOfTheAnswersOwn()
    {
        DecodedAnswer first = await Decoding.OfOllamaAsync(Text("a") + Text("b").Replace("\"m\"", "\"n\"", StringComparison.Ordinal) + Done);
        DecodedAnswer second = await Decoding.OfOllamaAsync(Text("a") + Done);

        Assert.Single(first.Updates.Select(update => (update.ResponseId, update.MessageId, update.ModelId, update.CreatedAt, update.Role)).Distinct());
        Assert.Equal((first.Updates[0].ResponseId, "m", ChatRole.Assistant), (first.Updates[0].MessageId, first.Updates[0].ModelId, first.Updates[0].Role));
        Assert.NotEqual(first.Updates[0].ResponseId, second.Updates[0].ResponseId);
    }

    [Fact]
    public async Task Decode_LastLine_CarriesDurationsAndTheRemoteModel()
    {
        DecodedAnswer answer = await Decoding.OfOllamaAsync(Text("Hi") + Line("""{"content":""}""", true, ""","remote_model":"big","remote_host":"https://ollama.com","total_duration":9999999999999,"load_duration":150,"prompt_eval_duration":2.0,"eval_duration":null"""));

        AdditionalPropertiesDictionary properties = answer.Updates[^1].AdditionalProperties!;
        Assert.Equal(
            ["remote_model=big", "remote_host=https://ollama.com", "total_duration=02:46:39.9999999", "load_duration=00:00:00.0000001", "prompt_eval_duration=00:00:00"],
            properties.Select(property => $"{property.Key}={property.Value}"));
        Assert.IsType<TimeSpan>(properties["total_duration"]);
    }

    [Fact]
    public async Task Decode_LogProbs_GivesTheLineAsRawRepresentation()
    {
        DecodedAnswer answer = await Decoding.OfOllamaAsync(Line("""{"content":"Hi"}""", more: ""","logprobs":[{"token":"Hi","logprob":-0.5}]""") + Text("!") + Done);

        var raw = Assert.IsType<System.Text.Json.JsonElement>(answer.Updates[0].RawRepresentation);
        Assert.Equal(-0.5, raw.GetProperty("logprobs")[0].GetProperty("logprob").GetDouble());
        Assert.Null(answer.Updates[1].RawRepresentation);
    }

    [Fact]
    public async Task Decode_SignInError_KeepsTheAddress()
    {
        DecodedAnswer answer = await Decoding.OfOllamaAsync(Text("Hi") + """{"error":"unauthorized","signin_url":"https://ollama.com/connect?x=1"}""" + "\n");

        Assert.Equal("T:Hi | fails Authentication : unauthorized", AnswerText.Of(answer));
        Assert.Equal("https://ollama.com/connect?x=1", answer.Failure!.Data["signin_url"]);
    }

    [Fact]
    public async Task Decode_InvalidUtf8_IsReplaced()
    {
        byte[] body = [.. "{\"model\":\"m"u8, 0xFF, .. "\",\"message\":{\"content\":\"a"u8, 0xE6, 0xBC, .. "\",\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":\""u8, 0xFF, .. "\"}}}]}}\n"u8, .. Encoding.UTF8.GetBytes(Done)];

        DecodedAnswer answer = await Decoding.OfOllamaAsync(body);

        Assert.Equal("T:a\uFFFD | call 1 f {\"x\":\"\uFFFD\"} | " + DoneText, AnswerText.Of(answer).Replace("\\uFFFD", "\uFFFD", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("m\uFFFD", answer.Updates[0].ModelId);
    }
}
