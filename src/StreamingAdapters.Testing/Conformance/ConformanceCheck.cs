using StreamingAdapters.Testing.Conformance;

namespace StreamingAdapters.Testing;

/// <summary>One check of <see cref="ChatClientConformance"/>.</summary>
public sealed class ConformanceCheck
{
    internal ConformanceCheck(string name, string proves, ConformanceFeatures needs, Func<CheckContext, Task> run)
    {
        Name = name;
        Proves = proves;
        Needs = needs;
        Run = run;
    }

    internal ConformanceCheck(string name, string proves, Func<CheckContext, Task> run)
        : this(name, proves, ConformanceFeatures.None, run)
    {
    }

    /// <summary>The name, <c>Topic.Rule</c>.</summary>
    public string Name { get; }

    /// <summary>The rule in one sentence.</summary>
    public string Proves { get; }

    /// <summary>What the target must be able to do.</summary>
    public ConformanceFeatures Needs { get; }

    internal Func<CheckContext, Task> Run { get; }

    /// <summary>The name.</summary>
    /// <returns>The same as <see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
