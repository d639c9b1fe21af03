using System.Threading.RateLimiting;

namespace StreamingAdapters.Limits;

/// <summary>The leases that one call holds until it ends.</summary>
/// <param name="leases">One for each limit.</param>
/// <param name="queued">How long the call waited for them.</param>
internal sealed class CallPermit(IReadOnlyList<RateLimitLease> leases, TimeSpan queued) : IDisposable
{
    public TimeSpan Queued => queued;

    public void Dispose()
    {
        foreach (RateLimitLease lease in leases)
        {
            lease.Dispose();
        }
    }
}
