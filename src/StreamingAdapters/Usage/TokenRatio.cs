namespace StreamingAdapters.Usage;

/// <summary>Bytes per token, learned as a running weighted mean and variance.</summary>
/// <remarks>
/// D. H. D. West, "Updating mean and variance estimates: an improved method", Communications of the ACM 22 (1979): Welford's recurrence with weights. The prior
/// is one observation like any other, of 4 ± 2 bytes per token: English is near 4 in today's vocabularies, code near 3, Chinese near 3 (a character), and rare
/// scripts below. Not thread-safe.
/// </remarks>
internal sealed class TokenRatio
{
    private const double PriorMean = 4;
    private const double PriorDeviation = 2;
    private const double PriorWeight = 100;

    // A long answer says more than a short one, but one answer is one subject.
    private const double MaxObservationWeight = 200;

    // About the last hundred answers count: models change behind their names.
    private const double MaxWeight = 20_000;

    private double _weight = PriorWeight;
    private double _mean = PriorMean;
    private double _squares = PriorWeight * PriorDeviation * PriorDeviation;

    public void Learn(long bytes, long tokens)
    {
        if (bytes <= 0 || tokens <= 0)
        {
            return;
        }

        double weight = Math.Min(tokens, MaxObservationWeight);
        double forget = Math.Min(1, (MaxWeight - weight) / _weight);
        _weight *= forget;
        _squares *= forget;

        double distance = ((double)bytes / tokens) - _mean;
        _weight += weight;
        _mean += distance * weight / _weight;
        _squares += weight * distance * (((double)bytes / tokens) - _mean);
    }

    /// <summary>The tokens of bytes: none of none, and else at least one.</summary>
    public TokenEstimate Estimate(long bytes)
    {
        if (bytes <= 0)
        {
            return default;
        }

        double tokens = bytes / _mean;
        double error = tokens * Math.Sqrt(_squares / _weight) / _mean;
        return new TokenEstimate(Math.Max(1, (long)Math.Round(tokens)), (long)Math.Ceiling(error));
    }
}
