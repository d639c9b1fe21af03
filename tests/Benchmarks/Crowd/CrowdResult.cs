namespace Benchmarks.Crowd;

/// <summary>What one pipeline needed for one open stream.</summary>
internal sealed record CrowdResult(double Kilobytes, int Threads, int Lost, double Microseconds);
