using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Answers that end without the protocol's end.</summary>
internal static class TruncationChecks
{
    private const int Chunks = 3;
    private const ConformanceFeatures Needs = FaultInjection | TypedErrors;

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new(
            "Truncation.EndOfBody", "A body that ends in order without the protocol's end fails as Truncated, after its text, by either method.",
            Needs, context => CutAsync(context, ConnectionCut.EndOfBody)),
        new("Truncation.Close", "So does a connection that is closed.", Needs, context => CutAsync(context, ConnectionCut.Close)),
        new("Truncation.Reset", "So does a connection that is reset.", Needs, context => CutAsync(context, ConnectionCut.Reset)),
        new("Truncation.WithoutEnd", "So does an answer of which only the end is missing.", Needs, WithoutEndAsync),
        new("Truncation.InsideFrame", "So does a body that is cut inside a frame, wherever; what came before is a prefix of the text.", Needs, InsideFrameAsync),
        new("Truncation.EmptyBody", "An empty body with status 200 fails as Truncated or EmptyResponse, by either method.", Needs, EmptyBodyAsync),
    ];

    // The server waits until the text was read: a reset may overtake bytes that are still under way.
    private static async Task CutAsync(CheckContext context, ConnectionCut cut)
    {
        IChatClient client = context.CreateClient();
        context.Server.Enqueue(ServerFault.Cut(Chunks, cut));
        _ = context.Server.PauseAfterChunks(Chunks);
        string text = "";

        ReadAnswer answer = await ReadAnswer.ReadAsync(ReadAsync(), "GetStreamingResponseAsync");

        answer.Failed(ChatErrorKind.Truncated);
        Expect.Text(context.TextOf(words: Chunks), text, "text before the cut");
        context.Server.Enqueue(ServerFault.Cut(Chunks, cut));
        (await context.AskAsync(client, streaming: false)).Failed(ChatErrorKind.Truncated);

        async IAsyncEnumerable<ChatResponseUpdate> ReadAsync()
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(CheckContext.Messages(), context.Options(), context.CancellationToken))
            {
                text += update.Text;
                if (text.Length >= context.TextOf(words: Chunks).Length)
                {
                    context.Server.Resume();
                }

                yield return update;
            }
        }
    }

    private static async Task WithoutEndAsync(CheckContext context)
    {
        context.Server.Enqueue(ServerFault.Cut(int.MaxValue));

        ReadAnswer answer = await context.StreamAsync(context.CreateClient());

        answer.Failed(ChatErrorKind.Truncated);
        Expect.Text(context.TextOf(), answer.Text, "text before the cut");
    }

    private static async Task InsideFrameAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        string whole = context.TextOf();
        for (int bytes = 1; bytes < 1500; bytes += 37)
        {
            context.Server.Enqueue(ServerFault.CutAfterBytes(bytes));

            ReadAnswer answer = await context.StreamAsync(client);

            answer.Failed(ChatErrorKind.Truncated);
            Expect.That(whole.StartsWith(answer.Text, StringComparison.Ordinal), $"Expected a prefix of the text after {bytes} bytes; got '{answer.Text}'.");
        }
    }

    private static async Task EmptyBodyAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            context.Server.Enqueue(ServerFault.EmptyBody());

            (await context.AskAsync(client, streaming)).Failed(ChatErrorKind.Truncated, ChatErrorKind.EmptyResponse);
        }
    }
}
