namespace Benchmarks.Heap;

/// <summary>What one kind of client needs for one open stream.</summary>
internal sealed record HeapResult(double IdleKilobytes, double BusyKilobytes, double ChunksPerSecond);
