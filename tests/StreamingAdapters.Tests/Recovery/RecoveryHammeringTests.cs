using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>A thousand answers at once over two routes, whose first fails in every way there is: each ends as it should, and nothing is left of any.</summary>
[Collection(nameof(Alone))]
public sealed class RecoveryHammeringTests : IDisposable
{
    private const int Calls = 1_000;
    private const string Healthy = "healthy";
    private const string Down = "down";
    private const string Refuses = "refuses";
    private const string Slow = "slow";
    private const string Hangs = "hangs";
    private const string BreaksOff = "breaks off";
    private const string Left = "left";
    private const string Cancelled = "cancelled";

    private static readonly string[] Ways = [Healthy, Down, Refuses, Slow, Hangs, BreaksOff, Left, Cancelled];
    private static readonly string[] OfSecond = [Down, Refuses, Slow, Hangs];

    // Neither may run out: a slow route is outrun, or is out of time for its first content.
    private static readonly TimeSpan Long = TimeSpan.FromDays(20);

    private readonly ManualTimeProvider _time = new();
    private readonly AnswerRecords _records = new();
    private readonly Dictionary<string, ScriptedChatClient> _first;
    private readonly ScriptedChatClient _second;
    private readonly ConcurrentQueue<Exception> _unobserved = new();

    public RecoveryHammeringTests()
    {
        StreamScript beginning = StreamScript.New().Text("Hel");
        StreamScript whole = beginning.Delay(TimeSpan.FromMilliseconds(20)).Text("lo").Usage(3, 2).Finish();
        _second = new ScriptedChatClient(_time, whole);
        _first = new()
        {
            [Healthy] = new ScriptedChatClient(_time, whole),
            [Down] = new ScriptedChatClient(_time, StreamScript.New().Content(() => throw new HttpRequestException(HttpRequestError.ConnectionError))),
            [Refuses] = new ScriptedChatClient(_time, StreamScript.New().Content(() => throw new ChatProviderException(ChatErrorKind.Authentication, "No."))),
            [Slow] = new ScriptedChatClient(_time, StreamScript.New().Silence()),
            [Hangs] = new ScriptedChatClient(_time, StreamScript.New().Hang()),
            [BreaksOff] = new ScriptedChatClient(_time, beginning.Content(() => throw new IOException("Connection reset by peer"))),
            [Left] = new ScriptedChatClient(_time, beginning.Silence()),
            [Cancelled] = new ScriptedChatClient(_time, beginning.Silence()),
        };

        // What other tests left is not of this one.
        Collect();
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = GatewayRoutes.Safety)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streams_OfEveryEnd_LeaveNothing(bool hedging)
    {
        using IChatClient client = Build(hedging);

        Task<string>[] calls = [.. Enumerable.Range(0, Calls).Select(number => Task.Run(() => EndOfAsync(client, Ways[number % Ways.Length]), Token))];
        await _time.AdvanceUntilAsync(Task.WhenAll(calls), TimeSpan.FromMilliseconds(10));
        string[] ends = await Task.WhenAll(calls);
        _first[Hangs].Dispose();
        ScriptedChatCall[] attempts = [.. _first.Values.Append(_second).SelectMany(route => route.Calls)];
        await Task.WhenAll(attempts.Select(attempt => attempt.Disposed)).WaitAsync(Token);
        Collect();

        Assert.All(ends.Select((end, number) => (end, Way: Ways[number % Ways.Length])), call => Assert.Equal(EndOf(call.Way), call.end));
        Assert.Equal(OfSecond.Length * Calls / Ways.Length, _second.Calls.Count);
        Assert.Equal(0, _time.ActiveTimers);
        Assert.Empty(_unobserved);
        CheckRecords();
    }

    public void Dispose()
    {
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        foreach (ScriptedChatClient route in _first.Values.Append(_second))
        {
            route.Dispose();
        }
    }

    private IChatClient Build(bool hedging) => new DispatchingChatClient(_first.ToDictionary(route => route.Key, IChatClient (route) => route.Value, StringComparer.Ordinal)).Enhanced(
        new TestServices(_time, summaries: _records, usages: _records),
        configure: options =>
        {
            (options.Timeout.FirstContent, options.Timeout.Idle, options.Timeout.Total) = (TimeSpan.FromSeconds(1), Long, Long);
            (options.Recovery.Budget, options.Recovery.Delay, options.Recovery.RetryTokens, options.Recovery.Circuit.Enabled) = (null, TimeSpan.Zero, null, false);
            (options.Recovery.Hedging.Enabled, options.Recovery.Hedging.Delay, options.Recovery.Hedging.Budget) = (hedging, TimeSpan.FromMilliseconds(100), 1);
            options.Recovery.Routes.Add(new RecoveryRoute { Name = "second", Client = _second });
        });

    private static string EndOf(string way) => way switch
    {
        BreaksOff => "Hel|Truncated:Hel",
        Left => "Hel|left",
        Cancelled => "Hel|cancelled",
        _ => "Hello",
    };

    private static async Task<string> EndOfAsync(IChatClient client, string way)
    {
        using var caller = new CancellationTokenSource();
        string text = "";
        try
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(way, cancellationToken: caller.Token))
            {
                text += update.Text;
                if (way is Left)
                {
                    return $"{text}|left";
                }

                if (way is Cancelled)
                {
                    await caller.CancelAsync();
                }
            }

            return text;
        }
        catch (OperationCanceledException e) when (e.CancellationToken == caller.Token)
        {
            return $"{text}|cancelled";
        }
        catch (ChatAdapterException e)
        {
            return $"{text}|{e.Kind}:{e.Partial}";
        }
    }

    private void CheckRecords()
    {
        int each = Calls / Ways.Length;
        var ends = new Dictionary<StreamOutcome, int>
        {
            [StreamOutcome.Completed] = 5 * each,
            [StreamOutcome.Failed] = each,
            [StreamOutcome.Cancelled] = each,
            [StreamOutcome.Abandoned] = each,
        };
        Assert.Equal(ends.OrderBy(end => end.Key), _records.Summaries.CountBy(summary => summary.Outcome).OrderBy(end => end.Key));
        Assert.Equal(ends.OrderBy(end => end.Key), _records.Usages.CountBy(usage => usage.Outcome).OrderBy(end => end.Key));
    }

    private static void Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e) => _unobserved.Enqueue(e.Exception);
}
