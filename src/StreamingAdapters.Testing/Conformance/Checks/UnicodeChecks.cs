using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Text that is no valid Unicode on its way.</summary>
internal static class UnicodeChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Unicode.LoneSurrogate", "Half of a surrogate pair becomes U+FFFD.", FaultInjection, context => ReadsAsync(context, ServerFault.LoneSurrogate(), "a\uFFFDb")),
        new("Unicode.SplitSurrogates", "The halves of a surrogate pair in two deltas are joined.", FaultInjection, context => ReadsAsync(context, ServerFault.SplitSurrogates(), "😀")),
        new("Unicode.InvalidUtf8", "Bytes that are no UTF-8 become U+FFFD and fail nothing.", FaultInjection, context => ReadsAsync(context, ServerFault.InvalidUtf8(), "a\uFFFD\uFFFD(b")),
    ];

    // The faults put their text behind the first word.
    private static async Task ReadsAsync(CheckContext context, ServerFault fault, string inserted)
    {
        context.Server.Enqueue(fault);

        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        string first = context.TextOf(words: 1);
        Expect.Text(context.TextOf().Insert(first.Length, inserted), answer.Text, "text");
    }
}
