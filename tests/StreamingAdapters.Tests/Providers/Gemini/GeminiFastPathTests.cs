using FsCheck;
using FsCheck.Fluent;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers.Gemini;

namespace StreamingAdapters.Tests.Providers.Gemini;

/// <summary>Generated responses, in any order, are read the same with the fast path on and off.</summary>
public sealed class GeminiFastPathTests
{
    private static readonly Gen<string> Frame = Gen.Frequency(
        (8, Texts("")),
        (3, Texts(",\"thought\":true")),
        (1, Texts(",\"thoughtSignature\":\"c2ln\"")),
        (1, Texts("").Select(frame => "event: error\r\n" + frame)),
        (1, Texts("").Select(frame => frame.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal))),
        (2, Gen.Elements(
            Response("""[{"text":"a"},{"text":"b"}]"""), Response("""[{"functionCall":{"name":"f","args":{}}}]"""), Response("[]"), Response("""[{"text":5}]"""), Response("""[{"text":null}]"""),
            Response("""[{"text":"x"}]""", """,  "finishReason":"STOP" """), "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\r\n\r\n", "data: {\"usageMetadata\":[1]}\r\n\r\n", "data: [DONE]\r\n\r\n", "data: {}\r\n\r\n",
            "data: {\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}\r\n\r\n")));

    private static Gen<string> Usages => Gen.Elements("", ",\"usageMetadata\":{\"promptTokenCount\":5,\"totalTokenCount\":5}", ",\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":2,\"totalTokenCount\":7}", ",\"usageMetadata\":null");

    [Fact]
    public void Decode_GeneratedResponses_AreTheSameWithoutTheFastPath()
    {
        FastPathProperty.Check(Frame, stream => new SseFraming(stream), fastPath => new GeminiStreamDecoder(new ErrorContext("test"), fastPath));
    }

    private static Gen<string> Texts(string more) =>
        from text in FastPathProperty.Text
        from usage in Usages
        select Response($$"""[{"text":"{{text}}"{{more}}}]""", "", usage);

    private static string Response(string parts, string candidate = "", string more = "") =>
        $"data: {{\"candidates\":[{{\"content\":{{\"parts\":{parts},\"role\":\"model\"}}{candidate},\"index\":0}}]{more},\"modelVersion\":\"m\",\"responseId\":\"r\"}}\r\n\r\n";
}
