using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>The caller's cancellation: prompt, with the caller's token, and seen by the server.</summary>
internal static class CancellationChecks
{
    private const int Chunks = 2;

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Cancellation.BeforeTheCall", "A token that is cancelled already ends either method with OperationCanceledException, and nothing is sent.", BeforeTheCallAsync),
        new(
            "Cancellation.BeforeHeaders", "Cancellation while the server sends no headers ends either method promptly and closes the connection.",
            FaultInjection | ImmediateClose, BeforeHeadersAsync),
        new("Cancellation.BetweenChunks", "Cancellation between two updates ends the stream at the next one, even when more has arrived.", BetweenChunksAsync),
        new("Cancellation.BetweenChunksCloses", "Cancellation in mid-answer closes the connection.", FaultInjection | ImmediateClose, BetweenChunksClosesAsync),
        new(
            "Cancellation.WhileSilent", "Cancellation while the server is silent in mid-answer ends either method promptly and closes the connection.",
            FaultInjection | ImmediateClose, WhileSilentAsync),
        new("Cancellation.OfTheEnumeration", "A token given to the enumeration alone cancels as well.", FaultInjection, OfTheEnumerationAsync),
    ];

    private static async Task BeforeTheCallAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();

        await ExpectCancelledAsync(() => DrainAsync(client, context, caller.Token), "GetStreamingResponseAsync with a cancelled token", caller.Token);
        await ExpectCancelledAsync(() => client.GetResponseAsync(CheckContext.Messages(), context.Options(), caller.Token), "GetResponseAsync with a cancelled token", caller.Token);

        Expect.Equal(0, context.Target.Server?.Requests.Count ?? 0, "the number of requests");
    }

    private static async Task BeforeHeadersAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach ((int index, bool streaming) in ((bool[])[true, false]).Index())
        {
            using var caller = new CancellationTokenSource();
            context.Server.Enqueue(ServerFault.SilentBeforeHeaders());
            Task call = streaming ? DrainAsync(client, context, caller.Token) : client.GetResponseAsync(CheckContext.Messages(), context.Options(), caller.Token);
            EmulatedRequest request = await context.Server.WaitForRequestAsync(index, context.CancellationToken);

            await CancelAsync(context, call, caller, request, "before headers");
        }
    }

    private static async Task BetweenChunksAsync(CheckContext context)
    {
        using var caller = new CancellationTokenSource();
        await using IAsyncEnumerator<ChatResponseUpdate> updates = await BeginAsync(context, context.CreateClient(), caller.Token);
        if (context.Target.Server is { } server)
        {
            await server.Requests[0].Answered.WaitAsync(context.CancellationToken);
        }

        await caller.CancelAsync();

        await ExpectCancelledAsync(() => updates.MoveNextAsync().AsTask(), "the next update after cancellation", caller.Token);
    }

    private static async Task BetweenChunksClosesAsync(CheckContext context)
    {
        using var caller = new CancellationTokenSource();
        Task held = context.Server.PauseAfterChunks(Chunks);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = await BeginAsync(context, context.CreateClient(), caller.Token);
        await held.WaitAsync(context.CancellationToken);

        long since = context.Server.Options.TimeProvider.GetTimestamp();
        await caller.CancelAsync();
        await ExpectCancelledAsync(() => updates.MoveNextAsync().AsTask(), "the next update after cancellation", caller.Token);

        await context.ExpectClosedAsync(context.Server.Requests[0], since);
    }

    private static async Task WhileSilentAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach ((int index, bool streaming) in ((bool[])[true, false]).Index())
        {
            using var caller = new CancellationTokenSource();
            context.Server.Enqueue(ServerFault.Silence(Chunks));
            Task sent = context.Server.PauseAfterChunks(Chunks);
            Task call = streaming ? DrainAsync(client, context, caller.Token) : client.GetResponseAsync(CheckContext.Messages(), context.Options(), caller.Token);
            await sent.WaitAsync(context.CancellationToken);
            context.Server.Resume();

            await CancelAsync(context, call, caller, context.Server.Requests[index], "while the server is silent");
        }
    }

    private static async Task OfTheEnumerationAsync(CheckContext context)
    {
        using var caller = new CancellationTokenSource();
        context.Server.Enqueue(ServerFault.Silence(Chunks));
        IAsyncEnumerable<ChatResponseUpdate> stream = context.CreateClient().GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), CancellationToken.None);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = stream.GetAsyncEnumerator(caller.Token);
        await ReadTextAsync(updates);

        await caller.CancelAsync();

        await ExpectCancelledAsync(() => SkipToEndAsync(updates), "an enumeration whose own token is cancelled", caller.Token);
    }

    /// <summary>Cancels a pending call and expects its end, and that of its connection, to be prompt.</summary>
    private static async Task CancelAsync(CheckContext context, Task call, CancellationTokenSource caller, EmulatedRequest request, string when)
    {
        Expect.That(!call.IsCompleted, $"Expected the call to wait {when}; it had ended.");
        long since = context.Server.Options.TimeProvider.GetTimestamp();
        long start = context.TimeProvider.GetTimestamp();
        await caller.CancelAsync();
        await ExpectCancelledAsync(() => call, $"a call cancelled {when}", caller.Token);
        TimeSpan elapsed = context.TimeProvider.GetElapsedTime(start);

        context.Remark($"cancelled {when}, the call ended after {CheckContext.Milliseconds(elapsed)}");
        Expect.That(
            elapsed <= context.PromptnessLimit,
            $"Expected a call cancelled {when} to end within {CheckContext.Milliseconds(context.PromptnessLimit)}; it took {CheckContext.Milliseconds(elapsed)}.");
        await context.ExpectClosedAsync(request, since);
    }

    private static async Task ExpectCancelledAsync(Func<Task> call, string what, CancellationToken token)
    {
        OperationCanceledException error = await Expect.ThrowsAsync<OperationCanceledException>(call, what);

        Expect.That(error.CancellationToken == token, $"Expected {what} to throw {nameof(OperationCanceledException)} with the caller's token; it carries another one.");
    }

    private static async Task<IAsyncEnumerator<ChatResponseUpdate>> BeginAsync(CheckContext context, IChatClient client, CancellationToken token)
    {
        IAsyncEnumerator<ChatResponseUpdate> updates = client.GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), token).GetAsyncEnumerator(CancellationToken.None);
        await ReadTextAsync(updates);
        return updates;
    }

    private static async Task ReadTextAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        do
        {
            Expect.That(await updates.MoveNextAsync(), "Expected text before the cancellation; the stream ended without any.");
        }
        while (updates.Current.Text.Length == 0);
    }

    private static async Task SkipToEndAsync(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        while (await updates.MoveNextAsync())
        {
            // Only the end counts.
        }
    }

    private static async Task DrainAsync(IChatClient client, CheckContext context, CancellationToken token)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), token))
        {
            _ = update;
        }
    }
}
