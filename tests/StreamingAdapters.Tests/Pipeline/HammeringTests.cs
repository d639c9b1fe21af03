using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>A thousand answers at once that end in every way there is: each ends as it should, and nothing is left of any.</summary>
[Collection(nameof(Alone))]
public sealed class HammeringTests : IDisposable
{
    private const int Calls = 1_000;
    private const string Completes = "completes";
    private const string Breaks = "breaks";
    private const string Cancels = "cancels";
    private const string Faults = "faults";
    private const string Hangs = "hangs";

    private static readonly string[] Ways = [Completes, Breaks, Cancels, Faults, Hangs];

    // Only the clients that hang may run into a clock, and only when the others are done.
    private static readonly TimeSpan Long = TimeSpan.FromDays(20);

    private readonly ManualTimeProvider _time = new();
    private readonly AnswerRecords _records = new();
    private readonly Dictionary<string, ScriptedChatClient> _inner;
    private int _unobserved;

    public HammeringTests()
    {
        StreamScript beginning = StreamScript.New().Text("Hel").Delay(TimeSpan.FromMilliseconds(20)).Text("lo").Text(" wor");
        _inner = new()
        {
            [Completes] = new ScriptedChatClient(_time, beginning.Delay(TimeSpan.FromMilliseconds(70)).Text("ld").Usage(3, 2).Finish()),
            [Breaks] = new ScriptedChatClient(_time, beginning.Silence()),
            [Cancels] = new ScriptedChatClient(_time, beginning.Silence()),
            [Faults] = new ScriptedChatClient(_time, beginning.Content(() => throw new IOException("Connection reset by peer"))),
            [Hangs] = new ScriptedChatClient(_time, beginning.Hang()),
        };
        Collect();
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_OfEveryEnd_LeaveNothing(bool streaming)
    {
        using IChatClient client = new DispatchingChatClient(_inner.ToDictionary(inner => inner.Key, IChatClient (inner) => inner.Value, StringComparer.Ordinal)).Enhanced(
            new TestServices(_time, summaries: _records, usages: _records),
            configure: options => (options.Timeout.FirstContent, options.Timeout.Idle, options.Timeout.Total) = (Long, Long, Long));

        Task<string>[] calls = [.. Enumerable.Range(0, Calls).Select(number => Task.Run(() => EndOfAsync(client, Ways[number % Ways.Length], streaming), Token))];
        await _time.AdvanceUntilAsync(Task.WhenAll([.. calls.Where((_, number) => Ways[number % Ways.Length] != Hangs), HangingAsync()]), TimeSpan.FromMilliseconds(10));
        await _time.AdvanceUntilAsync(Task.WhenAll(calls), Long);
        string[] ends = await Task.WhenAll(calls);
        int hanging = _inner[Hangs].Calls.Count(call => !call.IsDisposed);
        _inner[Hangs].Dispose();
        await Task.WhenAll(_inner.Values.SelectMany(inner => inner.Calls).Select(call => call.Disposed)).WaitAsync(Token);
        Collect();

        Assert.All(ends.Select((end, number) => (end, Way: Ways[number % Ways.Length])), call => Assert.Equal(EndOf(call.Way, streaming), call.end));
        Assert.Equal(Calls, _inner.Values.Sum(inner => inner.Calls.Count));
        Assert.Equal(Calls / Ways.Length, hanging);
        Assert.Equal(0, _time.ActiveTimers);
        Assert.Equal(0, _unobserved);
        CheckRecords(client, streaming);
    }

    // A clock that ran out before would find no hanging client.
    private async Task HangingAsync()
    {
        for (int index = 0; index < Calls / Ways.Length; index++)
        {
            await (await _inner[Hangs].WaitForCallAsync(index, Token)).Pending.WaitAsync(Token);
        }
    }

    public void Dispose()
    {
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        foreach (ScriptedChatClient inner in _inner.Values)
        {
            inner.Dispose();
        }
    }

    private static void Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static string EndOf(string way, bool streaming) => way switch
    {
        Completes => "Hello world",
        Breaks when streaming => "Hel|left",
        Breaks or Cancels => streaming ? "Hello wor|cancelled" : "|cancelled",
        Faults => streaming ? "Hello wor|Truncated:Hello wor" : "|Network:",
        _ => streaming ? "Hello wor|Timeout:Hello wor" : "|Timeout:",
    };

    private void CheckRecords(IChatClient client, bool streaming)
    {
        int each = Calls / Ways.Length;
        var ends = new Dictionary<StreamOutcome, int>
        {
            [StreamOutcome.Completed] = each,
            [StreamOutcome.Failed] = 2 * each,
            [StreamOutcome.Cancelled] = streaming ? each : 2 * each,
        };
        if (streaming)
        {
            ends[StreamOutcome.Abandoned] = each;
        }

        Assert.Equal(ends.OrderBy(end => end.Key), _records.Summaries.CountBy(summary => summary.Outcome).OrderBy(end => end.Key));
        Assert.Equal(ends.OrderBy(end => end.Key), _records.Usages.CountBy(usage => usage.Outcome).OrderBy(end => end.Key));
        Assert.Equal(Calls, client.GetService<UsageAccumulator>()!.Total.Answers);
    }

    private static async Task<string> EndOfAsync(IChatClient client, string way, bool streaming)
    {
        using var caller = new CancellationTokenSource();
        string text = "";
        try
        {
            if (!streaming)
            {
                Task<ChatResponse> response = client.GetResponseAsync(way, cancellationToken: caller.Token);
                if (way is Breaks or Cancels)
                {
                    await caller.CancelAsync();
                }

                return (await response).Text;
            }

            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(way, cancellationToken: caller.Token))
            {
                text += update.Text;
                if (way is Breaks)
                {
                    return $"{text}|left";
                }

                if (way is Cancels && text.EndsWith("wor", StringComparison.Ordinal))
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
        catch (ChatTimeoutException e)
        {
            return $"{text}|Timeout:{e.Partial}";
        }
        catch (ChatAdapterException e)
        {
            return $"{text}|{e.Kind}:{e.Partial}";
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e) => Interlocked.Increment(ref _unobserved);
}
