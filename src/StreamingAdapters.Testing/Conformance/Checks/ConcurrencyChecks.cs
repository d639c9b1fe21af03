using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Several answers at once, and one sequence enumerated again.</summary>
internal static class ConcurrencyChecks
{
    private const string OtherPrompt = "Name seven lanterns.";

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Concurrency.TwoCalls", "Two calls in progress at the same time get each its own answer.", FaultInjection, TwoCallsAsync),
        new("Concurrency.TwoEnumerations", "Two enumerations of one result at the same time are two requests with an answer each.", FaultInjection, TwoEnumerationsAsync),
        new("Concurrency.RepeatedEnumeration", "Enumerating one result again asks again and gives a whole answer again.", RepeatedEnumerationAsync),
        new("Concurrency.LazyRequest", "Nothing is sent before the result is enumerated.", FaultInjection, LazyRequestAsync),
    ];

    private static async Task TwoCallsAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        Task held = context.Server.PauseAfterChunks(1);

        Task<ReadAnswer> first = context.StreamAsync(client);
        Task<ReadAnswer> second = context.StreamAsync(client, messages: CheckContext.Messages(OtherPrompt));
        await context.Server.WaitForRequestAsync(1, context.CancellationToken);
        await held.WaitAsync(context.CancellationToken);
        Expect.Equal(2, context.Server.OpenStreams, "the number of answers in progress");
        context.Server.Resume();

        Expect.Text(context.TextOf(), (await first).Whole().Text, "text of the first call");
        Expect.Text(context.TextOf(OtherPrompt), (await second).Whole().Text, "text of the second call");
    }

    private static async Task TwoEnumerationsAsync(CheckContext context)
    {
        IAsyncEnumerable<ChatResponseUpdate> stream = context.CreateClient().GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), context.CancellationToken);
        Task held = context.Server.PauseAfterChunks(1);

        Task<ReadAnswer> first = ReadAnswer.ReadAsync(stream, "GetStreamingResponseAsync");
        Task<ReadAnswer> second = ReadAnswer.ReadAsync(stream, "GetStreamingResponseAsync");
        await context.Server.WaitForRequestAsync(1, context.CancellationToken);
        await held.WaitAsync(context.CancellationToken);
        context.Server.Resume();

        ReadAnswer[] answers = [(await first).Whole(), (await second).Whole()];
        Expect.Text(context.TextOf(), answers[0].Text, "text of the first enumeration");
        Expect.Text(context.TextOf(), answers[1].Text, "text of the second enumeration");
        Expect.That(answers[0].Response.ResponseId != answers[1].Response.ResponseId, "Expected two response ids; both enumerations have the same.");
    }

    private static async Task RepeatedEnumerationAsync(CheckContext context)
    {
        IAsyncEnumerable<ChatResponseUpdate> stream = context.CreateClient().GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), context.CancellationToken);

        ReadAnswer first = (await ReadAnswer.ReadAsync(stream, "GetStreamingResponseAsync")).Whole();
        ReadAnswer again = (await ReadAnswer.ReadAsync(stream, "GetStreamingResponseAsync")).Whole();

        Expect.Text(ResponseSummary.Of(first.Response), ResponseSummary.Of(again.Response), "the same answer from the second enumeration,");
        Expect.Equal(2, context.Target.Server?.Requests.Count ?? 2, "the number of requests");
    }

    private static async Task LazyRequestAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        _ = client.GetStreamingResponseAsync(CheckContext.Messages("Never enumerated."), context.Options(), context.CancellationToken);

        (await context.StreamAsync(client)).Whole();

        Expect.Equal(1, context.Server.Requests.Count, "the number of requests for one enumerated result of two");
    }
}
