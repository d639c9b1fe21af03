using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Two routes that answer with a recording, of which the first can be broken, under recovery.</summary>
internal sealed class TwoRoutes : IDisposable
{
    /// <summary>How long a route may be without content.</summary>
    public static readonly TimeSpan FirstContent = TimeSpan.FromMinutes(1);

    private readonly IChatClient[] _retrying;
    private readonly IChatClient[] _failingOver;
    private readonly RecordedStream _recording;
    private readonly ManualTimeProvider _time;
    private WireFault _fault = WireFault.End;
    private bool _failsOver;
    private int _cut;

    public TwoRoutes(RecordedStream recording, ManualTimeProvider time)
    {
        (_recording, _time) = (recording, time);
        _retrying = Build(retries: 1);
        _failingOver = Build(retries: 0);
    }

    public IChatClient Client => (_failsOver ? _failingOver : _retrying)[0];

    public int Requests { get; private set; }

    /// <summary>Breaks the next request.</summary>
    public void Break(WireFault fault, int cut, bool failsOver) => (_fault, _cut, _failsOver, Requests) = (fault, cut, failsOver, 0);

    public void Dispose()
    {
        foreach (IChatClient client in _retrying.Concat(_failingOver))
        {
            client.Dispose();
        }
    }

    private IChatClient[] Build(int retries)
    {
        IChatClient second = Route();
        return
        [
            Route().AsBuilder().UseStreamingRecovery(options =>
            {
                (options.Delay, options.Budget, options.RetryTokens, options.Circuit.Enabled) = (TimeSpan.Zero, null, null, false);
                options.Routes.Add(new RecoveryRoute { Name = "second", Client = second });
                foreach (ChatErrorKind kind in Enum.GetValues<ChatErrorKind>())
                {
                    options.Rules[kind] = options.Rules[kind] with { Retries = retries, PrefersFailover = retries == 0 };
                }
            }).Build(new TestServices(_time)),
            second,
        ];
    }

    private IChatClient Route() => DecodedAnswer.ClientOf(_recording.Decoder, Answer).AsBuilder()
        .UseStreamingTimeout(options => (options.FirstContent, options.Idle) = (FirstContent, null))
        .Build(new TestServices(_time));

    private HttpResponseMessage Answer() => Requests++ == 0
        ? _fault.Answer(_recording.Decoder, _recording.Bytes.AsMemory(0, _cut))
        : WireFault.End.Answer(_recording.Decoder, _recording.Bytes);
}
