using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Frames that must fail loudly, and large ones that must not.</summary>
internal static class FramingChecks
{
    private const int Chunks = 3;
    private const int LargeFrame = 1024 * 1024;
    private const ConformanceFeatures Needs = FaultInjection | TypedErrors;

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new(
            "Framing.Malformed", "A frame of broken JSON in mid-answer fails as MalformedStream, after the text before it.",
            Needs, context => FailsAsync(context, ServerFault.MalformedFrame(Chunks), ChatErrorKind.MalformedStream, Chunks)),
        new(
            "Framing.Spliced", "Two frames spliced into one line fail as MalformedStream, after the text before them.",
            Needs, context => FailsAsync(context, ServerFault.SplicedFrame(Chunks), ChatErrorKind.MalformedStream, Chunks)),
        new(
            "Framing.Oversize", "A frame above the limit fails as BufferLimitExceeded, after the text before it.",
            Needs | FrameLimit, context => FailsAsync(context, ServerFault.OversizeFrame(context.Target.MaxFrameBytes + 4096), ChatErrorKind.BufferLimitExceeded, 1)),
        new("Framing.Large", "A frame of one mebibyte arrives whole.", FaultInjection, LargeAsync),
    ];

    private static async Task FailsAsync(CheckContext context, ServerFault fault, ChatErrorKind kind, int chunks)
    {
        IChatClient client = context.CreateClient();
        context.Server.Enqueue(fault, fault);

        ReadAnswer answer = await context.StreamAsync(client);

        ChatAdapterException error = answer.Failed(kind);
        Expect.Text(context.TextOf(words: chunks), answer.Text, "text before the failure");
        Expect.That(!error.ToString().Contains(CheckContext.Prompt, StringComparison.Ordinal), "Expected an exception without the prompt; it holds it.");
        (await context.AskAsync(client, streaming: false)).Failed(kind);
    }

    private static async Task LargeAsync(CheckContext context)
    {
        context.Server.Enqueue(ServerFault.OversizeFrame(LargeFrame));

        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.That(answer.Text.Length > LargeFrame / 2, $"Expected the large frame's text; the answer has {answer.Text.Length} characters.");
        Expect.Text(context.TextOf(), answer.Text.Replace("x", "", StringComparison.Ordinal), "text around the large frame,");
    }
}
