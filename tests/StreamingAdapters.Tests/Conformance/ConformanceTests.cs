using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>Runs checks of the suite over one target.</summary>
public abstract class ConformanceTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    /// <summary>The checks that need no more than a target over an emulated server has; those that read a stopwatch are in <see cref="PromptConformanceTests"/>.</summary>
    protected static IEnumerable<TheoryDataRow<string>> For(ConformanceFeatures features, params string[] except) =>
        Where(check => CanRun(check, features) && !IsTimed(check) && !except.Contains(check.Name));

    protected static bool CanRun(ConformanceCheck check, ConformanceFeatures features) => (features | ConformanceFeatures.FaultInjection).HasFlag(check.Needs);

    protected static bool IsTimed(ConformanceCheck check) => check.Needs.HasFlag(ConformanceFeatures.ImmediateClose);

    protected static IEnumerable<TheoryDataRow<string>> Where(Func<ConformanceCheck, bool> isWanted) =>
        ChatClientConformance.Checks.Where(isWanted).Select(static check => new TheoryDataRow<string>(check.Name));

    protected abstract Task<ConformanceTarget> CreateTargetAsync(EmulatedServerOptions server, CancellationToken cancellationToken);

    protected async Task RunAsync(string name, TimeSpan? limit = null)
    {
        var conformance = new ChatClientConformance(CreateTargetAsync) { Limit = limit ?? Safety };

        ConformanceResult result = await conformance.RunAsync(name, TestContext.Current.CancellationToken);

        foreach (string remark in result.Remarks)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(remark);
        }

        Assert.SkipWhen(result.Outcome is ConformanceOutcome.Skipped, result.SkipReason ?? "");
        result.ThrowIfFailed();
        Assert.Equal(ConformanceOutcome.Passed, result.Outcome);
    }
}
