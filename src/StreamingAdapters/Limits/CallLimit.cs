using System.Threading.RateLimiting;

namespace StreamingAdapters.Limits;

/// <summary>One limit on calls.</summary>
/// <param name="Limiter">Gives its permits.</param>
/// <param name="Refusal">What it refuses calls for, as a part of a sentence.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record CallLimit(RateLimiter Limiter, string Refusal, string Advice);
