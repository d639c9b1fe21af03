using FsCheck;
using FsCheck.Fluent;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers.LMStudio;
using static StreamingAdapters.Tests.Providers.LMStudio.LMStudioWire;

namespace StreamingAdapters.Tests.Providers.LMStudio;

/// <summary>Generated events of LM Studio's own API, in any order, are read the same with the fast path on and off.</summary>
public sealed class LMStudioFastPathTests
{
    private static readonly Gen<string> Frame = Gen.Frequency(
        (8, FastPathProperty.Text.Select(Text)),
        (3, FastPathProperty.Text.Select(Reasoning)),
        (1, FastPathProperty.Text.Select(text => Text(text).Replace("event: message.delta", "event: error", StringComparison.Ordinal))),
        (1, FastPathProperty.Text.Select(text => Text(text).Replace("event: message.delta\n", "", StringComparison.Ordinal))),
        (1, FastPathProperty.Text.Select(text => Event("message.delta", $"\"content\":\"{text}\",\"more\":1"))),
        (3, Gen.Elements(
            Start, Event("model_load.progress", "\"progress\":0.5"), Event("prompt_processing.end"), Event("message.start"), Event("message.end"), Event("message.delta"), Event("message.delta", "\"content\":5"), Event("message.delta", "\"content\":null"),
            Event("tool_call.success", "\"tool\":\"t\""), Event("unknown", "\"content\":\"x\""), "data: [DONE]\n\n", End, Error("internal_error"))));

    [Fact]
    public void Decode_GeneratedEvents_AreTheSameWithoutTheFastPath()
    {
        FastPathProperty.Check(Frame, stream => new SseFraming(stream), fastPath => new LMStudioStreamDecoder(new ErrorContext("test"), fastPath: fastPath));
    }
}
