using FsCheck;
using FsCheck.Fluent;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Providers.OpenAI;
using StreamingAdapters.Providers.OpenAIResponses;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Streams of generated frames, of every kind and in any order, give the same updates with the fast path on and off, and fail with the family alone.</summary>
public sealed class FastPathPropertyTests
{
    private static readonly Gen<string> ChatFrame = Gen.Frequency(
        (8, Escaped.Select(text => Chat($$"""{"content":"{{text}}"}"""))),
        (3, Escaped.Select(text => Chat($$"""{"reasoning":"{{text}}"}"""))),
        (2, Gen.Zip(Escaped, Escaped).Select(pair => Chat($$"""{"content":"{{pair.Item1}}"}""", $$""","obfuscation":"{{pair.Item2}}" """))),
        (1, Escaped.Select(text => "event: error\n" + Chat($$"""{"content":"{{text}}"}"""))),
        (1, Escaped.Select(text => Chat($$"""{"content":"{{text}}"}""").Replace("data:", "error:", StringComparison.Ordinal))),
        (1, Gen.Elements("<th", "ink>", "</think>", "<think>a", "</thi", "nk>b").Select(text => Chat($$"""{"content":"{{text}}"}"""))),
        (2, Gen.Elements(
            Chat("""{"content":null,"reasoning":null}"""), Chat("""{"content":"","reasoning":""}"""), Chat("{}"), Chat("""{"content":[{"type":"text","text":"p"}]}"""),
            Chat("""{"reasoning_details":[{"type":"reasoning.text","text":"d","index":0}]}"""), Chat("""{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{"}}]}"""),
            Chat("""{"content":"u"}""", """,  "usage":{"prompt_tokens":1,"completion_tokens":2}"""), Chat("""{"content":"u","refusal":"r"}"""), ": ping\n\n", "data: null\n\n",
            Chat("""{"content":5}"""), "data: {\"error\":\"e\"}\n\n", "data: [DONE]\n\n", "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")));

    private static readonly Gen<string> OllamaFrame = Gen.Frequency(
        (8, Gen.Zip(Escaped, Times).Select(pair => Ollama($$"""{"content":"{{pair.Item1}}"}""", pair.Item2))),
        (3, Gen.Zip(Escaped, Times).Select(pair => Ollama($$"""{"content":"","thinking":"{{pair.Item1}}"}""", pair.Item2))),
        (2, Gen.Elements(
            Ollama("""{"content":null}""", "\"t\""), Ollama("""{"content":"","thinking":null}""", "null"), Ollama("""{"content":"a","thinking":"b"}""", "1"), "\n",
            Ollama("""{"tool_calls":[{"function":{"name":"f","arguments":{}}}]}""", "\"t\""), Ollama("""{"content":7}""", "\"t\""), "{\"error\":\"e\"}\n", "{\"done\":true}\n")));

    private static readonly Gen<string> ResponsesFrame = Gen.Frequency(
        (8, Deltas("output_text")),
        (3, Deltas("reasoning_summary_text")),
        (1, Deltas("function_call_arguments")),
        (1, Escaped.Select(text => Delta("output_text", text, "7", "\"x\"").Replace("\"logprobs\":[]", "\"logprobs\":[{}]", StringComparison.Ordinal))),
        (2, Gen.Elements(
            Event("response.created", """ "response":{"id":"r1","model":"m","created_at":5,"store":true}"""), Event("response.in_progress", """ "response":{"id":"r1","background":true}"""),
            Event("response.output_item.added", """ "output_index":0,"item":{"type":"reasoning","id":"rs"}"""), Event("response.output_item.done", """ "output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"w"}]}"""),
            Event("response.output_text.delta", """ "delta":5"""), Event("response.output_text.delta", """ "delta":null"""), Event("response.unknown", """ "delta":{}"""), "data: [DONE]\n\n",
            Event("response.completed", """ "response":{"id":"r1","status":"completed","usage":{"input_tokens":1,"output_tokens":2}}"""), Event("error", """ "code":"server_error","message":"e" """))));

    private static Gen<string> Escaped => FastPathProperty.Text;

    private static Gen<string> Numbers => Gen.Elements("4", "5", "10", "99", "100", "007", "-1", "1.5", "1e3", "null", "\"4\"");

    private static Gen<string> Paddings => Gen.Elements("\"\"", "\"aZ3k\"", "\"aZ3kPq9LmX7\"", "\"a b\"", "\"\\u0041\"", "5", "null");

    private static Gen<string> Times => Gen.Elements("\"2026-07-28T06:32:45Z\"", "\"2026-07-28T06:32:46.004109123Z\"", "\"later\"", "\"\"", "null", "5", "\"\\u0032\"");

    public static TheoryData<OpenAIDialect> Dialects => [OpenAIDialect.Generic, OpenAIDialect.OpenRouter, OpenAIDialect.LMStudio with { ParsesThinkTags = true }];

    [Theory]
    [MemberData(nameof(Dialects))]
    public void Decode_GeneratedChat_IsTheSameWithoutTheFastPath(OpenAIDialect dialect)
    {
        FastPathProperty.Check(ChatFrame, stream => new SseFraming(stream), fastPath => new OpenAIStreamDecoder(new ErrorContext("test"), dialect, fastPath));
    }

    [Fact]
    public void Decode_GeneratedLines_AreTheSameWithoutTheFastPath()
    {
        FastPathProperty.Check(OllamaFrame, stream => new NdjsonFraming(stream), fastPath => new OllamaStreamDecoder(new ErrorContext("test"), fastPath));
    }

    [Fact]
    public void Decode_GeneratedResponses_AreTheSameWithoutTheFastPath()
    {
        FastPathProperty.Check(ResponsesFrame, stream => new SseFraming(stream), fastPath => new OpenAIResponsesStreamDecoder(new ErrorContext("test"), null, fastPath));
    }

    private static string Chat(string delta, string more = "") => "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta + "}]" + more + "}\n\n";

    private static string Ollama(string message, string time) => "{\"model\":\"m\",\"created_at\":" + time + ",\"message\":" + message + ",\"done\":false}\n";

    private static Gen<string> Deltas(string kind) =>
        from text in Escaped
        from number in Numbers
        from padding in Paddings
        select Delta(kind, text, number, padding);

    private static string Delta(string kind, string text, string number, string padding) =>
        Event($"response.{kind}.delta", $" \"sequence_number\":{number},\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":\"{text}\",\"logprobs\":[],\"obfuscation\":{padding}");

    private static string Event(string type, string members) => $"event: {type}\ndata: {{\"type\":\"{type}\",{members}}}\n\n";
}
