using System.Globalization;
using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>What every stream of updates keeps to.</summary>
internal static class StreamingChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Streaming.SameIdentity", "Every update carries the same response id, message id, model, time of creation and the role assistant.", SameIdentityAsync),
        new("Streaming.FreshIdentity", "Two answers have two response ids and two message ids.", FreshIdentityAsync),
        new("Streaming.FirstTextEarly", "The first text arrives while the server is held in the middle of its answer.", FaultInjection, FirstTextEarlyAsync),
        new("Streaming.WholeText", "The stream's text is the server's, to the letter, and so is that of GetResponseAsync.", FaultInjection, WholeTextAsync),
        new("Streaming.FinishReasonOnce", "Exactly one update carries a finish reason.", FinishReasonOnceAsync),
        new("Streaming.LengthReported", "An answer that the limit on output tokens cut ends with the finish reason length.", LengthReportedAsync),
        new("Streaming.OneMessage", "The updates aggregate to one message of the assistant.", OneMessageAsync),
        new("Streaming.SameAsWhole", "GetResponseAsync gives the aggregated stream: text, calls, finish reason, usage, model.", SameAsWholeAsync),
        new("Streaming.CreationTime", "The first update says when the answer was made.", CreationTime, CreationTimeAsync),
        new("Streaming.StreamIgnored", "A server that ignores the wish to stream and sends one body is understood.", FaultInjection, StreamIgnoredAsync),
        new(
            "Streaming.StreamRefused", "A server that refuses to stream is asked once without, and from then on at once for that model.",
            FaultInjection | ServerSentEvents | StreamFallback, StreamRefusedAsync),
    ];

    /// <summary>Fails when updates of one answer differ in what must be the same on all.</summary>
    public static void ExpectSameIdentity(ReadAnswer answer)
    {
        Expect.That(answer.Updates.Count > 0, "Expected updates; there were none.");
        ChatResponseUpdate first = answer.Updates[0];
        Expect.That(!string.IsNullOrEmpty(first.ResponseId), "Expected the first update to have a response id; it has none.");
        Expect.That(!string.IsNullOrEmpty(first.MessageId), "Expected the first update to have a message id; it has none.");
        Expect.That(!string.IsNullOrEmpty(first.ModelId), "Expected the first update to name the model; it names none.");
        foreach ((int index, ChatResponseUpdate update) in answer.Updates.Index())
        {
            string which = string.Create(CultureInfo.InvariantCulture, $"of update {index} of {answer.Updates.Count}");
            Expect.Equal(ChatRole.Assistant, update.Role, $"the role {which}");
            Expect.Equal(first.ResponseId, update.ResponseId, $"the response id {which}");
            Expect.Equal(first.MessageId, update.MessageId, $"the message id {which}");
            Expect.Equal(first.ModelId, update.ModelId, $"the model {which}");
            Expect.Equal(first.CreatedAt, update.CreatedAt, $"the time of creation {which}");
        }
    }

    private static async Task SameIdentityAsync(CheckContext context) => ExpectSameIdentity((await context.StreamAsync(context.CreateClient())).Whole());

    private static async Task CreationTimeAsync(CheckContext context)
    {
        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.That(answer.Updates[0].CreatedAt is not null, "Expected the first update to have a time of creation; it has none.");
    }

    private static async Task FreshIdentityAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();

        ReadAnswer first = (await context.StreamAsync(client)).Whole();
        ReadAnswer second = (await context.StreamAsync(client)).Whole();

        Expect.That(first.Response.ResponseId != second.Response.ResponseId, $"Expected two answers to have two response ids; both have '{first.Response.ResponseId}'.");
        Expect.That(first.Updates[0].MessageId != second.Updates[0].MessageId, $"Expected two answers to have two message ids; both have '{first.Updates[0].MessageId}'.");
    }

    private static async Task FirstTextEarlyAsync(CheckContext context)
    {
        Task held = context.Server.PauseAfterChunks(1);
        await using IAsyncEnumerator<ChatResponseUpdate> updates =
            context.CreateClient().GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), context.CancellationToken).GetAsyncEnumerator(context.CancellationToken);

        string text = "";
        while (text.Length == 0)
        {
            Task<bool> next = updates.MoveNextAsync().AsTask();
            bool isEarly = await Task.WhenAny(next, PatienceAfter(held, context)) == next;
            if (!isEarly)
            {
                // A pending enumerator cannot be disposed: the answer goes on before the check fails.
                context.Server.Resume();
                await next;
            }

            Expect.That(isEarly, "Expected the first text while the server is held after its first chunk; nothing came until it went on.");
            Expect.That(await next, "Expected text; the stream ended without any.");
            text += updates.Current.Text;
        }

        context.Server.Resume();
        while (await updates.MoveNextAsync())
        {
            text += updates.Current.Text;
        }

        Expect.Text(context.TextOf(), text, "text");
    }

    // Only a client that holds its text back waits so long.
    private static async Task PatienceAfter(Task held, CheckContext context)
    {
        await held.WaitAsync(context.CancellationToken);
        await Task.Delay(CheckContext.Patience, context.TimeProvider, context.CancellationToken);
    }

    private static async Task WholeTextAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            ReadAnswer answer = await context.AskAsync(client, streaming);

            Expect.Text(context.TextOf(), answer.Whole().Text, "text");
        }
    }

    private static async Task FinishReasonOnceAsync(CheckContext context)
    {
        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.Equal(1, answer.Updates.Count(static update => update.FinishReason is not null), "the number of updates with a finish reason");
    }

    private static async Task LengthReportedAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            ReadAnswer answer = await context.AskAsync(client, streaming, context.Options(static options => options.MaxOutputTokens = 3));

            Expect.Equal(ChatFinishReason.Length, answer.Whole().Response.FinishReason, "the finish reason of a cut answer");
        }
    }

    private static async Task OneMessageAsync(CheckContext context)
    {
        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.Equal(1, answer.Response.Messages.Count, "the number of messages");
        Expect.Equal(ChatRole.Assistant, answer.Response.Messages[0].Role, "the message's role");
    }

    private static async Task SameAsWholeAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();

        ReadAnswer streamed = (await context.StreamAsync(client)).Whole();
        ReadAnswer whole = (await context.AskAsync(client, streaming: false)).Whole();

        Expect.Text(ResponseSummary.Of(streamed.Response), ResponseSummary.Of(whole.Response), "a response equal to the aggregated stream,");
    }

    private static async Task StreamIgnoredAsync(CheckContext context)
    {
        context.Server.Enqueue(ServerFault.IgnoresStream());

        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.Text(context.TextOf(), answer.Text, "text");
        Expect.Equal(1, answer.Updates.Count(static update => update.FinishReason is not null), "the number of updates with a finish reason");
    }

    private static async Task StreamRefusedAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        context.Server.Enqueue(ServerFault.RefusesStream());

        ReadAnswer first = (await context.StreamAsync(client)).Whole();
        ReadAnswer second = (await context.StreamAsync(client)).Whole();

        Expect.Text(context.TextOf(), first.Text, "text after a refused stream");
        Expect.Text(context.TextOf(), second.Text, "text of the next answer");

        // Gemini says it in the address.
        bool[] streams = [.. context.Server.Requests.Select(static request => request.Json?.Flag("stream") ?? request.Path.Contains(":stream", StringComparison.Ordinal))];
        Expect.Equal("True,False,False", string.Join(',', streams), "the requests' wish to stream");
    }
}
