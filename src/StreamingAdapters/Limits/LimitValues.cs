namespace StreamingAdapters.Limits;

/// <summary>What makes a limit on calls the same limit.</summary>
/// <param name="Permits">How many calls.</param>
/// <param name="Period">The time over which they begin; null for calls that run at once.</param>
/// <param name="Queue">How many may wait.</param>
internal readonly record struct LimitValues(int Permits, TimeSpan? Period, int Queue);
