using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>What an answer used, part by part. Not thread-safe.</summary>
internal sealed class SettledUsage(PriceTable prices)
{
    private decimal? _cost = 0;

    public UsageDetails Usage { get; private set; } = new();

    public long InputError { get; private set; }

    public long OutputError { get; private set; }

    /// <summary>Whether a provider said any of the numbers.</summary>
    public bool IsSaid { get; private set; }

    /// <summary>Whether a number is not a provider's last word.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The cost; null when a part has no price.</summary>
    public decimal? Cost => _cost;

    /// <summary>Adds numbers of a provider.</summary>
    public void Say(UsageDetails usage, string? model)
    {
        IsSaid = true;
        Add(usage, model);
    }

    /// <summary>Adds numbers of which some, or all, are estimated.</summary>
    public void Estimate(UsageDetails usage, string? model, long inputError, long outputError, bool isSaidInPart)
    {
        IsSaid |= isSaidInPart;
        IsOpen = true;
        InputError += inputError;
        OutputError += outputError;
        Add(usage, model);
    }

    private void Add(UsageDetails usage, string? model)
    {
        Usage = Usages.Sum(Usage, usage)!;
        _cost += prices.Cost(model, usage);
    }
}
