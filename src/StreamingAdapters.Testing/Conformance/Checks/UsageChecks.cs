using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Token counts.</summary>
internal static class UsageChecks
{
    private const int PromptWords = 7;

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Usage.ExactlyOnce", "A stream carries exactly one UsageContent.", ConformanceFeatures.Usage, ExactlyOnceAsync),
        new("Usage.TotalIsSum", "The total is the sum of input and output tokens, by either method.", ConformanceFeatures.Usage, TotalIsSumAsync),
        new("Usage.Counts", "The counts are the server's.", ConformanceFeatures.Usage | FaultInjection, CountsAsync),
        new("Usage.Cumulative", "A server that counts on every chunk is not counted twice.", ConformanceFeatures.Usage | FaultInjection | ServerSentEvents, CumulativeAsync),
    ];

    private static async Task ExactlyOnceAsync(CheckContext context)
    {
        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.Equal(1, answer.Contents<UsageContent>().Count(), "the number of UsageContents");
    }

    private static async Task TotalIsSumAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            UsageDetails usage = UsageOf(await context.AskAsync(client, streaming));

            Expect.That(usage is { InputTokenCount: > 0, OutputTokenCount: > 0 }, $"Expected positive counts; input is {usage.InputTokenCount}, output {usage.OutputTokenCount}.");
            Expect.Equal(usage.InputTokenCount + usage.OutputTokenCount, usage.TotalTokenCount, "the total");
        }
    }

    private static async Task CountsAsync(CheckContext context) => ExpectCounts(UsageOf(await context.StreamAsync(context.CreateClient())));

    private static async Task CumulativeAsync(CheckContext context)
    {
        // The other protocols say themselves how often they count.
        if (context.Server is EmulatedOpenAIServer)
        {
            context.Server.Enqueue(ServerFault.UsageOnEveryChunk());
        }

        ReadAnswer answer = await context.StreamAsync(context.CreateClient());

        ExpectCounts(UsageOf(answer));
        Expect.Equal(1, answer.Contents<UsageContent>().Count(), "the number of UsageContents");
    }

    // An emulated server counts words.
    private static void ExpectCounts(UsageDetails usage)
    {
        Expect.Equal(PromptWords, usage.InputTokenCount, "the input tokens");
        Expect.Equal(CheckContext.Words, usage.OutputTokenCount, "the output tokens");
        Expect.Equal(PromptWords + CheckContext.Words, usage.TotalTokenCount, "the total");
    }

    private static UsageDetails UsageOf(ReadAnswer answer) =>
        answer.Whole().Response.Usage ?? throw new ConformanceException("Expected the response to carry usage; it has none.");
}
