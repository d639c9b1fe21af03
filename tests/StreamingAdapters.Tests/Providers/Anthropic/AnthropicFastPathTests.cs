using FsCheck;
using FsCheck.Fluent;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers.Anthropic;
using static StreamingAdapters.Tests.Providers.Anthropic.AnthropicWire;

namespace StreamingAdapters.Tests.Providers.Anthropic;

/// <summary>Generated events of Messages, in any order, are read the same with the fast path on and off.</summary>
public sealed class AnthropicFastPathTests
{
    private static readonly Gen<string> Frame = Gen.Frequency(
        (8, Text("text_delta", "text")),
        (3, Text("thinking_delta", "thinking")),
        (2, Text("text_delta", "text").Select(frame => frame.Replace("}}\n", "}   }\n", StringComparison.Ordinal))),
        (1, Text("input_json_delta", "partial_json")),
        (1, Text("signature_delta", "signature")),
        (1, Text("text_delta", "text").Select(frame => frame.Replace("event: content_block_delta", "event: error", StringComparison.Ordinal))),
        (1, Text("text_delta", "text").Select(frame => frame.Replace("event: content_block_delta\n", "", StringComparison.Ordinal))),
        (3, Gen.Elements(
            Start, Open(0, """{"type":"text","text":""}"""), Open(0, """{"type":"thinking","thinking":"t","signature":""}"""), Open(1, """{"type":"tool_use","id":"c","name":"f","input":{}}"""), Close(0), Close(1),
            Delta(0, """{"type":"text_delta","text":5}"""), Delta(0, """{"type":"text_delta","text":null}"""), Delta(0, """{"type":"text_delta"}"""), Delta(0, """{"type":"unknown","text":"x"}"""), Event("ping", ""), "data: [DONE]\n\n",
            Delta(0, """{"type":"citations_delta","citation":{"type":"x","cited_text":"y"}}"""), End("end_turn"), Stop, Event("error", """ "error":{"type":"overloaded_error","message":"m"}"""))));

    [Fact]
    public void Decode_GeneratedEvents_AreTheSameWithoutTheFastPath()
    {
        FastPathProperty.Check(Frame, stream => new SseFraming(stream), fastPath => new AnthropicStreamDecoder(new ErrorContext("test"), fastPath));
    }

    private static Gen<string> Text(string type, string member) =>
        from text in FastPathProperty.Text
        from index in Gen.Elements(0, 1)
        select Delta(index, $$"""{"type":"{{type}}","{{member}}":"{{text}}"}""");
}
