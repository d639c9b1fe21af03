using System.Runtime.ExceptionServices;

namespace StreamingAdapters.Testing;

/// <summary>How one check ended.</summary>
public sealed class ConformanceResult
{
    internal ConformanceResult(ConformanceCheck check, ConformanceOutcome outcome, IReadOnlyList<string> remarks, string? skipReason = null, ConformanceException? error = null)
    {
        Check = check;
        Outcome = outcome;
        Remarks = remarks;
        SkipReason = skipReason;
        Error = error;
    }

    /// <summary>The check.</summary>
    public ConformanceCheck Check { get; }

    /// <summary>How it ended.</summary>
    public ConformanceOutcome Outcome { get; }

    /// <summary>What was measured on the way, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>What the target lacks; null unless the check was skipped.</summary>
    public string? SkipReason { get; }

    /// <summary>What was expected and what was seen; null unless the check failed.</summary>
    public ConformanceException? Error { get; }

    /// <summary>Throws when the check failed.</summary>
    /// <exception cref="ConformanceException">The check failed.</exception>
    public void ThrowIfFailed()
    {
        if (Error is not null)
        {
            ExceptionDispatchInfo.Throw(Error);
        }
    }

    /// <summary>Name, outcome and why.</summary>
    /// <returns>One line for a report.</returns>
    public override string ToString() => $"{Check.Name}: {Outcome}{Because(SkipReason ?? Error?.Message)}{Because(Remarks.Count == 0 ? null : string.Join("; ", Remarks))}";

    private static string Because(string? reason) => reason is null ? "" : $" ({reason})";
}
