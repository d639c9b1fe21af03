namespace StreamingAdapters.Tests;

/// <summary>Tests that read the process's heap, its environment or a stopwatch: they run by themselves, after the others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
