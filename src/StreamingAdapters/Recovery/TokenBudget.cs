namespace StreamingAdapters.Recovery;

/// <summary>A bucket of tokens that successes fill and extra calls empty. Thread-safe.</summary>
/// <remarks>The token buckets of System.Threading.RateLimiting fill with time; what a server in trouble can bear is a part of what it answers.</remarks>
/// <param name="capacity">The most that it holds.</param>
/// <param name="start">What it holds first.</param>
/// <param name="gain">What one success adds.</param>
internal sealed class TokenBudget(double capacity, double start, double gain)
{
    // Tenths add up to a whole token in spite of their binary form.
    private const double WholeToken = 1 - 1e-9;

    private readonly Lock _gate = new();
    private double _tokens = start;

    public void Refill()
    {
        lock (_gate)
        {
            _tokens = Math.Min(capacity, _tokens + gain);
        }
    }

    public bool TryTake()
    {
        lock (_gate)
        {
            if (_tokens < WholeToken)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }
}
