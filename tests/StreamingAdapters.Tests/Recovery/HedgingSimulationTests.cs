using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>What hedging makes of a provider whose slowest calls are very slow, in the stage's own time.</summary>
public sealed class HedgingSimulationTests(ITestOutputHelper output)
{
    private const int Calls = 4_000;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Stream_TenSecondsAtTheNinetyNinthPercentile_IsHalvedForFivePercentMoreCalls(int seed)
    {
        (TimeSpan[] Times, int Calls) alone = await RunAsync(seed, hedges: false);
        (TimeSpan[] Times, int Calls) hedged = await RunAsync(seed, hedges: true);

        output.WriteLine("first content, s      p50     p90     p95     p99     max   calls");
        output.WriteLine(Row("without hedging", alone));
        output.WriteLine(Row("with hedging", hedged));
        Assert.InRange(At(alone.Times, 0.99), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));
        Assert.True(At(hedged.Times, 0.99) <= At(alone.Times, 0.99) / 2, $"{At(hedged.Times, 0.99)} of {At(alone.Times, 0.99)}");
        Assert.Equal(Calls, alone.Calls);
        Assert.InRange(hedged.Calls, Calls + 1, Calls * 105 / 100);
        Assert.Equal(0, _time.ActiveTimers);
    }

    private static string Row(string name, (TimeSpan[] Times, int Calls) run) => string.Concat(
        $"{name,-16}",
        string.Concat(new[] { 0.5, 0.9, 0.95, 0.99, 1 }.Select(quantile => At(run.Times, quantile).TotalSeconds.ToString("F2", CultureInfo.InvariantCulture).PadLeft(8))),
        $"{run.Calls,8}");

    private static TimeSpan At(TimeSpan[] sorted, double quantile) => sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1];

    private async Task<(TimeSpan[] Times, int Calls)> RunAsync(int seed, bool hedges)
    {
        var provider = new SlowTailChatClient(seed, _time);
        using var client = new StreamingRecoveryChatClient(provider, new StreamingRecoveryOptions { Hedging = { Enabled = hedges } }, _time);
        var times = new TimeSpan[Calls];
        for (int call = 0; call < Calls; call++)
        {
            long start = _time.GetTimestamp();
            Task asking = client.AskAsync(streaming: true);
            await _time.AdvanceWhileAsync(asking, Step);
            await asking;
            times[call] = _time.GetElapsedTime(start);
        }

        Array.Sort(times);
        return (times, provider.Calls);
    }

    /// <summary>Most first contents come within a second; 15 calls of 1,000 wait ten seconds longer.</summary>
    private sealed class SlowTailChatClient(int seed, TimeProvider time) : IChatClient
    {
        private readonly Random _random = new(seed);

        public int Calls { get; private set; }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Calls++;
            TimeSpan usual = TimeSpan.FromMilliseconds(200 + (400 * _random.NextDouble()) + (300 * _random.NextDouble() * _random.NextDouble()));
            bool isSlow = _random.NextDouble() < 0.015;
            await Task.Delay(isSlow ? usual + TimeSpan.FromSeconds(10) : usual, time, cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, "a") { FinishReason = ChatFinishReason.Stop };
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
            // It has nothing.
        }
    }
}
