using System.Threading.RateLimiting;

namespace StreamingAdapters.Limits;

/// <summary>What a <see cref="RollingRateLimiter"/> gives: the permit itself comes back by time.</summary>
internal sealed class RollingLease : RateLimitLease
{
    private readonly TimeSpan? _retryAfter;

    /// <summary>Creates a refusal.</summary>
    /// <param name="retryAfter">The time until a permit comes back; null when it is not known.</param>
    public RollingLease(TimeSpan? retryAfter)
        : this(isAcquired: false) => _retryAfter = retryAfter;

    private RollingLease(bool isAcquired) => IsAcquired = isAcquired;

    public static RollingLease Acquired { get; } = new(isAcquired: true);

    public override bool IsAcquired { get; }

    public override IEnumerable<string> MetadataNames => _retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? _retryAfter : null;
        return metadata is not null;
    }
}
