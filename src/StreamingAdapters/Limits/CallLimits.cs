using System.Threading.RateLimiting;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Limits;

/// <summary>The limits on the calls of one stage, asked one after the other.</summary>
internal sealed class CallLimits(IReadOnlyList<CallLimit> limits, TimeProvider timeProvider, QueueInstruments instruments)
{
    /// <summary>Whether there are none.</summary>
    public bool AreNone => limits.Count == 0;

    /// <summary>Waits for a permit of every limit.</summary>
    /// <param name="metadata">Whom the call is for.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChatStreamException">A limit refuses the call.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<CallPermit> AcquireAsync(ChatClientMetadata? metadata, ChatOptions? options, CancellationToken cancellationToken)
    {
        List<RateLimitLease> leases = [];
        long start = timeProvider.GetTimestamp();
        bool waits = false;
        TimeSpan Queued() => waits ? timeProvider.GetElapsedTime(start) : TimeSpan.Zero;
        try
        {
            foreach (CallLimit limit in limits)
            {
                ValueTask<RateLimitLease> acquiring = limit.Limiter.AcquireAsync(1, cancellationToken);
                waits |= !acquiring.IsCompleted;
                leases.Add(await acquiring);
                if (!leases[^1].IsAcquired)
                {
                    throw LimitsSentences.Refuse(limit, leases[^1]);
                }
            }

            var permit = new CallPermit(leases, Queued());
            instruments.Record(permit.Queued, metadata, options, error: null);
            return permit;
        }
        catch (Exception e)
        {
            new CallPermit(leases, TimeSpan.Zero).Dispose();
            instruments.Record(Queued(), metadata, options, e);
            throw;
        }
    }
}
