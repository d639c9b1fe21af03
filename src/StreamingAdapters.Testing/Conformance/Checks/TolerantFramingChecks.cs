using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Oddities on the wire that change nothing: the answer is the same as without.</summary>
internal static class TolerantFramingChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        Tolerates("Framing.BlankLines", "Blank lines between frames", ServerFault.BlankLines),
        Tolerates("Framing.Comments", "Comments between frames", ServerFault.Comments, ServerSentEvents),
        Tolerates("Framing.CarriageReturns", "CRLF line ends", ServerFault.CarriageReturns),
        Tolerates("Framing.ByteOrderMark", "A byte order mark", ServerFault.ByteOrderMark),
        Tolerates("Framing.OneByteWrites", "One-byte writes", ServerFault.OneByteWrites),
        new("Framing.OneByteReads", "A body that is read byte by byte gives the same answer.", InjectedHttpClient, OneByteReadsAsync),
        Tolerates("Framing.SplitCharacters", "Characters split between writes", ServerFault.SplitCharacters),
        Tolerates(
            "Framing.AllTogether", "CRLF behind a byte order mark in one-byte writes",
            static () => ServerFault.BlankLines().And(ServerFault.CarriageReturns()).And(ServerFault.ByteOrderMark()).And(ServerFault.OneByteWrites())),
        Tolerates("Framing.ContentType", "Another content type", static () => ServerFault.WrongContentType()),
        Tolerates("Framing.UnknownFields", "Members that no client knows", ServerFault.UnknownFields),
        Tolerates("Framing.UnknownEvents", "Events that no client knows", ServerFault.UnknownEvents, ServerSentEvents),
        Tolerates("Framing.UnknownRole", "A role that no client knows", ServerFault.UnknownRole),
        Tolerates("Framing.FinishesTwice", "A finish reason sent twice", ServerFault.FinishesTwice),
        Tolerates("Framing.NoDone", "A missing [DONE] after the finish reason", ServerFault.NoTerminator, ServerSentEvents),
        new("Framing.UnknownFinishReason", "A finish reason that no client knows is passed on as it is.", FaultInjection, UnknownFinishReasonAsync),
    ];

    private static ConformanceCheck Tolerates(string name, string what, Func<ServerFault> fault, ConformanceFeatures needs = None) =>
        new(name, $"{what}: the same answer as without, in one message of the assistant.", FaultInjection | needs, context => ToleratesAsync(context, fault()));

    private static async Task ToleratesAsync(CheckContext context, ServerFault fault)
    {
        IChatClient client = context.CreateClient();
        ReadAnswer plain = (await context.StreamAsync(client)).Whole();
        context.Server.Enqueue(fault);

        ReadAnswer odd = (await context.StreamAsync(client)).Whole();

        Expect.Equal(0, context.Server.PendingFaults, "the number of faults that no request met");
        Expect.Text(ResponseSummary.Of(plain.Response), ResponseSummary.Of(odd.Response), "the same answer as without the oddity,");
        StreamingChecks.ExpectSameIdentity(odd);
        Expect.Equal(1, odd.Updates.Count(static update => update.FinishReason is not null), "the number of updates with a finish reason");
        Expect.That(odd.Contents<UsageContent>().Count() <= 1, "Expected at most one UsageContent; there are several.");
    }

    private static async Task OneByteReadsAsync(CheckContext context)
    {
        var http = context.Track(new HttpClient(new OneByteReads()) { Timeout = Timeout.InfiniteTimeSpan });
        ReadAnswer plain = (await context.StreamAsync(context.CreateClient())).Whole();

        ReadAnswer odd = (await context.StreamAsync(context.CreateClient(http))).Whole();

        Expect.Text(ResponseSummary.Of(plain.Response), ResponseSummary.Of(odd.Response), "the same answer from one-byte reads,");
        StreamingChecks.ExpectSameIdentity(odd);
    }

    private static async Task UnknownFinishReasonAsync(CheckContext context)
    {
        context.Server.Enqueue(ServerFault.UnknownFinishReason());

        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.Equal("ran_out_of_luck", answer.Response.FinishReason?.Value, "the finish reason");
        Expect.Text(context.TextOf(), answer.Text, "text");
    }
}
