using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Whatever goes wrong before the first content of any recorded answer, the consumer sees exactly the updates of one healthy attempt.</summary>
public sealed class GatePropertyTests
{
    private const int EveryCutUpTo = 40;
    private const int RandomCuts = 10;

    private readonly ManualTimeProvider _time = new();

    public static IEnumerable<ITheoryDataRow> Recordings =>
        RecordedStream.Names(recording => recording.Decoder != "sse" && recording.Expected.GetProperty("complete").GetBoolean());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Recordings))]
    public Task Stream_FaultOnTheWireBeforeContent_GivesOneHealthyAttempt(string name) => CheckAsync(RecordedStream.All[name], Some);

    // Takes minutes: on demand.
    [Theory(Explicit = true)]
    [MemberData(nameof(Recordings))]
    public Task Stream_FaultOnTheWireAtEveryCutBeforeContent_GivesOneHealthyAttempt(string name) => CheckAsync(RecordedStream.All[name], static last => Enumerable.Range(0, last + 1));

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Stream_EveryKindAtEveryUpdateBeforeContent_GivesOneHealthyAttemptOrNothing(string name)
    {
        RecordedStream recording = RecordedStream.All[name];
        ChatResponseUpdate[] updates = [.. (await BareAsync(recording, WireFault.End, recording.Bytes.Length)).Updates];
        int preamble = updates.TakeWhile(update => !SemanticContent.IsIn(update)).Count();

        foreach (ChatErrorKind kind in Enum.GetValues<ChatErrorKind>())
        {
            for (int cut = 0; cut <= preamble; cut++)
            {
                await CheckAsync(kind, updates, cut);
            }
        }
    }

    private static StreamScript ScriptOf(IEnumerable<ChatResponseUpdate> updates) => updates.Aggregate(StreamScript.New(), (script, update) => script.Update(update));

    private static async Task<DecodedAnswer> BareAsync(RecordedStream recording, WireFault fault, int cut)
    {
        using IChatClient client = DecodedAnswer.ClientOf(recording.Decoder, () => fault.Answer(recording.Decoder, recording.Bytes.AsMemory(0, cut)));
        return await DecodedAnswer.CollectAsync(client.GetStreamingResponseAsync("hello", cancellationToken: Token));
    }

    // What has content with some bytes has it with more. A silence says what has come by then, which a broken connection says too.
    private static async Task<int> LastCutBeforeContentAsync(RecordedStream recording, WireFault fault)
    {
        (int low, int high) = (0, recording.Bytes.Length);
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            DecodedAnswer answer = await BareAsync(recording, fault == WireFault.Silence ? WireFault.Reset : fault, middle);
            bool isSettled = answer.Updates.Any(SemanticContent.IsIn) || answer.Failure is null;
            (low, high) = isSettled ? (low, middle) : (middle, high);
        }

        return low;
    }

    // Every one near both ends, and so many of those between that all of a short beginning are there.
    private static IEnumerable<int> Some(int last)
    {
        var random = new Random(last);
        return last <= EveryCutUpTo
            ? Enumerable.Range(0, last + 1)
            : Enumerable.Range(0, 6).Concat(Enumerable.Range(last - 20, 21)).Concat(Enumerable.Range(0, RandomCuts).Select(_ => random.Next(last)));
    }

    private async Task CheckAsync(RecordedStream recording, Func<int, IEnumerable<int>> cuts)
    {
        string[] healthy = ComparableUpdates.Of((await BareAsync(recording, WireFault.End, recording.Bytes.Length)).Updates);
        using var asked = new TwoRoutes(recording, _time);

        foreach (WireFault fault in WireFault.All)
        {
            int last = fault.IsInBody ? await LastCutBeforeContentAsync(recording, fault) : 0;
            foreach (int cut in cuts(last))
            {
                asked.Break(fault, cut, failsOver: cut % 2 == 1);

                Task<DecodedAnswer> answering = DecodedAnswer.CollectAsync(asked.Client.GetStreamingResponseAsync("hello", cancellationToken: Token));
                if (fault == WireFault.Silence)
                {
                    await _time.WaitForTimersAsync(1, Token);
                    _time.Advance(TwoRoutes.FirstContent);
                }

                DecodedAnswer answer = await answering;
                Assert.True(answer.Failure is null, $"{fault.Name} at {cut}: {answer.Failure}");
                Assert.Equal(healthy, ComparableUpdates.Of(answer.Updates));
                Assert.Equal([cut % 2 == 1 ? AttemptDecisions.Failover : AttemptDecisions.Retry, null], AttemptRecord.ReadFrom(answer.Updates[0].AdditionalProperties).Select(attempt => attempt.Decision));
                Assert.Equal((2, 0), (asked.Requests, _time.ActiveTimers));
            }
        }
    }

    private async Task CheckAsync(ChatErrorKind kind, ChatResponseUpdate[] updates, int cut)
    {
        var first = new ScriptedChatClient(_time, ScriptOf(updates.Take(cut)).Fault(new ChatProviderException(kind, "fault")), ScriptOf(updates));
        using var second = new ScriptedChatClient(_time, ScriptOf(updates));
        using IChatClient client = first.AsBuilder()
            .UseStreamingRecovery(options =>
            {
                options.Delay = TimeSpan.Zero;
                options.Routes.Add(new RecoveryRoute { Name = "second", Client = second, ContextLength = 1_000_000 });
            })
            .Build(new TestServices(_time));
        RecoveryRule rule = new RecoveryRules()[kind];

        DecodedAnswer answer = await DecodedAnswer.CollectAsync(client.GetStreamingResponseAsync("hello", cancellationToken: Token));

        bool isMet = rule.Retries > 0 || rule.Failover is not FailoverRule.Never;
        Assert.Equal(isMet ? null : kind, answer.FailureKind);
        Assert.Equal(isMet ? ComparableUpdates.Of(updates) : [], ComparableUpdates.Of(answer.Updates));
        Assert.Equal(isMet ? 2 : 1, first.Calls.Count + second.Calls.Count);
        Assert.All(first.Calls.Concat(second.Calls), call => Assert.True(call.IsDisposed));
    }
}
