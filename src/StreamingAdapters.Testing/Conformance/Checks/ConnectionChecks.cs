using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Connections: closed at once on abandonment, reused after a whole answer, replaced when dead.</summary>
internal static class ConnectionChecks
{
    private const int Chunks = 2;
    private const int Answers = 4;

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new(
            "Connections.BreakCloses", "A consumer that leaves the stream in mid-answer closes the connection, over the client's own HttpClient.",
            FaultInjection | ImmediateClose, context => BreakClosesAsync(context, httpClient: null)),
        new(
            "Connections.BreakClosesInjected", "The same over a caller's HttpClient with .NET's default handler.",
            FaultInjection | ImmediateClose | InjectedHttpClient, BreakClosesInjectedAsync),
        new("Connections.WorksAfterBreak", "After an abandoned answer the next one is whole.", FaultInjection, WorksAfterBreakAsync),
        new("Connections.Reused", "Answers that are whole share one connection, by either method.", FaultInjection, context => ReusedAsync(context, CheckContext.ServerOptions())),
        new(
            "Connections.ReusedAfterLateEnd", "They do also when the last HTTP chunk comes a little later than the answer's last frame.",
            FaultInjection | ImmediateClose, context => ReusedAsync(context, CheckContext.ServerOptions(finalChunkDelay: TimeSpan.FromMilliseconds(5)))),
        new(
            "Connections.DeadRetried", "A request on a connection that dies before the headers is sent once more with the same bytes.",
            FaultInjection | DeadConnectionRetry, DeadRetriedAsync),
        new("Connections.DeadTwiceFails", "A request that dies twice fails as Network.", FaultInjection | DeadConnectionRetry | TypedErrors, DeadTwiceFailsAsync),
    ];

    private static async Task BreakClosesInjectedAsync(CheckContext context)
    {
        using var http = new HttpClient();
        await BreakClosesAsync(context, http);
    }

    private static async Task BreakClosesAsync(CheckContext context, HttpClient? httpClient)
    {
        IChatClient client = context.CreateClient(httpClient);
        Task held = context.Server.PauseAfterChunks(Chunks);
        long since = 0;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), context.CancellationToken))
        {
            if (update.Text.Length > 0)
            {
                await held.WaitAsync(context.CancellationToken);
                since = context.Server.Options.TimeProvider.GetTimestamp();
                break;
            }
        }

        long left = context.Server.Options.TimeProvider.GetTimestamp();
        context.Remark($"leaving took {CheckContext.Milliseconds(context.Server.Options.TimeProvider.GetElapsedTime(since, left))}");
        await context.ExpectClosedAsync(context.Server.Requests[0], since);
    }

    private static async Task WorksAfterBreakAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), context.CancellationToken))
        {
            if (update.Text.Length > 0)
            {
                break;
            }
        }

        ReadAnswer answer = await context.StreamAsync(client);

        Expect.Text(context.TextOf(), answer.Whole().Text, "text after an abandoned answer");
    }

    private static async Task ReusedAsync(CheckContext context, EmulatedServerOptions options)
    {
        await context.RestartAsync(options);
        IChatClient client = context.CreateClient();
        for (int i = 0; i < Answers; i++)
        {
            (await context.AskAsync(client, streaming: i % 2 == 0)).Whole();
        }

        Expect.Equal(1, context.Server.ConnectionCount, $"the number of connections for {Answers} answers");
    }

    private static async Task DeadRetriedAsync(CheckContext context)
    {
        foreach (ConnectionCut cut in (ConnectionCut[])[ConnectionCut.Close, ConnectionCut.Reset])
        {
            await context.RestartAsync(CheckContext.ServerOptions());
            IChatClient client = context.CreateClient();
            (await context.StreamAsync(client)).Whole();
            context.Server.Enqueue(ServerFault.DeadConnection(cut));

            ReadAnswer answer = await context.StreamAsync(client);

            Expect.Text(context.TextOf(), answer.Whole().Text, $"text after a dead connection ({cut})");
            IReadOnlyList<EmulatedRequest> requests = context.Server.Requests;
            Expect.Equal(3, requests.Count, "the number of requests");
            Expect.That(requests[1].Body.Span.SequenceEqual(requests[2].Body.Span), "Expected the same bytes to be sent again; they differ.");
        }
    }

    private static async Task DeadTwiceFailsAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        context.Server.Enqueue(ServerFault.DeadConnection(), ServerFault.DeadConnection());

        ReadAnswer answer = await context.StreamAsync(client);

        answer.Failed(ChatErrorKind.Network);
        Expect.Equal(2, context.Server.Requests.Count, "the number of requests");
    }
}
