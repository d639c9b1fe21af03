using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>A thousand answers over two servers that fail in every way there is: none is wrong, and no request, connection or timer is left.</summary>
[Collection(nameof(Alone))]
public sealed class GatewayHammeringTests
{
    private const int Calls = 1_000;
    private const int AtOnce = 32;
    private const int Words = 10;

    private static readonly ServerFault[] Faults =
    [
        ServerFault.Status(500), ServerFault.Status(503), ServerFault.StreamError(0), ServerFault.Cut(0), ServerFault.Cut(0, ConnectionCut.Reset), ServerFault.DeadConnection(),
        ServerFault.MalformedFrame(0), ServerFault.EmptyBody(), ServerFault.StreamError(3), ServerFault.Cut(5), ServerFault.Cut(5, ConnectionCut.Close), ServerFault.Cut(7, ConnectionCut.Reset),
        ServerFault.MalformedFrame(8), ServerFault.HtmlPage(502),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = GatewayRoutes.Safety)]
    [InlineData("ollama", "openai")]
    [InlineData("openai", "ollama")]
    public async Task Streams_OfMixedEnds_LeaveNothing(string first, string second)
    {
        var time = new ManualTimeProvider();
        var records = new AnswerRecords();
        await using EmulatedServer firstServer = await EmulatedTarget.StartAsync(first, new EmulatedServerOptions { Words = Words });
        await using EmulatedServer secondServer = await EmulatedTarget.StartAsync(second, new EmulatedServerOptions { Words = Words });
        firstServer.Enqueue([.. Enumerable.Range(0, Calls / 2).Select(number => Faults[number % Faults.Length])]);
        secondServer.Enqueue([.. Enumerable.Range(0, Calls / 20).Select(number => Faults[number % Faults.Length])]);
        string[] ends;
        using (IChatClient secondClient = secondServer.CreateClient())
        using (IChatClient client = firstServer.CreateClient().Enhanced(new TestServices(time, summaries: records), configure: options => Configure(options, secondClient)))
        {
            ends = await CallAsync(client);
        }

        EmulatedRequest[] requests = [.. firstServer.Requests, .. secondServer.Requests];
        await Task.WhenAll(requests.Select(request => Task.WhenAll(request.Answered, request.Closed))).WaitAsync(Token);

        Assert.DoesNotContain("wrong", ends);
        Assert.True(ends.Count(end => end is "whole") > Calls / 2, string.Join(", ", ends.CountBy(end => end)));
        Assert.Equal((0, 0, 0), (firstServer.PendingFaults, firstServer.OpenStreams, secondServer.OpenStreams));
        Assert.Equal((Calls, ends.Count(end => end is "failed")), (records.Summaries.Count, records.Summaries.Count(summary => summary.Outcome is StreamOutcome.Failed)));
        Assert.Equal(0, time.ActiveTimers);
    }

    private static void Configure(StreamingOptions options, IChatClient second)
    {
        (options.Recovery.Budget, options.Recovery.Delay, options.Recovery.RetryTokens, options.Recovery.Circuit.Enabled) = (null, TimeSpan.Zero, null, false);
        (options.Recovery.Continuation.Enabled, options.Recovery.Primary.Prefill) = (true, PrefillStyle.LastMessage);
        options.Recovery.Routes.Add(new RecoveryRoute { Name = "second", Client = second, Prefill = PrefillStyle.LastMessage });
    }

    private static async Task<string[]> CallAsync(IChatClient client)
    {
        var ends = new string[Calls];
        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token }, async (number, _) => ends[number] = await EndOfAsync(client, number));
        return ends;
    }

    // Every fifth consumer leaves, every fifth cancels, both behind their first text.
    private static async Task<string> EndOfAsync(IChatClient client, int number)
    {
        using var caller = new CancellationTokenSource();
        string prompt = $"Story number {number}, please.";
        string whole = TextGenerator.Text(1, prompt, Words);
        string text = "";
        try
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(prompt, cancellationToken: caller.Token))
            {
                text += update.Text;
                if (text.Length > 0 && number % 5 == 0)
                {
                    return whole.StartsWith(text, StringComparison.Ordinal) ? "left" : "wrong";
                }

                if (text.Length > 0 && number % 5 == 1)
                {
                    await caller.CancelAsync();
                }
            }

            return text == whole ? "whole" : "wrong";
        }
        catch (OperationCanceledException e) when (e.CancellationToken == caller.Token)
        {
            return "cancelled";
        }
        catch (ChatAdapterException e)
        {
            return e.Partial == text && whole.StartsWith(text, StringComparison.Ordinal) ? "failed" : "wrong";
        }
    }
}
