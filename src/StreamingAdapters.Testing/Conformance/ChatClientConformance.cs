using StreamingAdapters.Testing.Conformance;

namespace StreamingAdapters.Testing;

/// <summary>
/// Checks that an <see cref="Microsoft.Extensions.AI.IChatClient"/> over a provider does what its users may rely on. Belongs to no test
/// framework.
/// </summary>
/// <remarks>
/// A test framework runs one case per entry of <see cref="Checks"/>: <see cref="RunAsync(string, CancellationToken)"/>, then
/// <see cref="ConformanceResult.ThrowIfFailed"/>, and reports
/// <see cref="ConformanceResult.SkipReason"/>. Each check gets a target, and so a server, of its own; checks may run side by side.
/// </remarks>
/// <example>
/// <code>
/// var conformance = new ChatClientConformance(async (server, token) => new MyTarget(await EmulatedOpenAIServer.StartAsync(server, token)));
/// ConformanceResult result = await conformance.RunAsync("Truncation.Reset");
/// result.ThrowIfFailed();
/// </code>
/// </example>
public sealed class ChatClientConformance
{
    /// <summary>The model that emulated servers of the suite know.</summary>
    public const string ModelId = "emulated";

    /// <summary>The other model that emulated servers of the suite know.</summary>
    public const string OtherModelId = "emulated-other";

    private readonly Func<EmulatedServerOptions, CancellationToken, Task<ConformanceTarget>> _createTarget;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the suite for one client.</summary>
    /// <param name="createTarget">
    /// Makes a target. The options are for its <see cref="EmulatedServer"/>: checks want different ones. A target over a real server ignores them.
    /// </param>
    /// <param name="timeProvider">The clock of the limits; by default <see cref="TimeProvider.System"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="createTarget"/> is null.</exception>
    public ChatClientConformance(Func<EmulatedServerOptions, CancellationToken, Task<ConformanceTarget>> createTarget, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(createTarget);
        _createTarget = createTarget;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>All checks, by topic. The same for every target: what a target lacks is skipped when it runs.</summary>
    public static IReadOnlyList<ConformanceCheck> Checks { get; } =
    [
        .. ArgumentChecks.All, .. ServiceChecks.All, .. StreamingChecks.All, .. UsageChecks.All, .. PurityChecks.All, .. RequestChecks.All,
        .. ToolChecks.All, .. ToolStreamChecks.All, .. ReasoningChecks.All, .. ContentChecks.All, .. ErrorChecks.All, .. StreamErrorChecks.All, .. TruncationChecks.All,
        .. FramingChecks.All, .. TolerantFramingChecks.All, .. UnicodeChecks.All, .. CancellationChecks.All, .. ConnectionChecks.All, .. ConcurrencyChecks.All, .. OwnershipChecks.All,
    ];

    /// <summary>How long a check may take before it counts as hung.</summary>
    /// <value>30 seconds by default. No check waits for it to pass.</value>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a cancellation, and the closing of a connection, may take to count as prompt.</summary>
    /// <value>1 second by default: enough for a busy machine, and less than the 2 s for which .NET's own handler drains an abandoned answer.</value>
    public TimeSpan PromptnessLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Runs one check.</summary>
    /// <param name="name">The check's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How it ended; a failure is a result, not an exception.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">No check has this name.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<ConformanceResult> RunAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ConformanceCheck check = Checks.FirstOrDefault(check => string.Equals(check.Name, name, StringComparison.Ordinal))
            ?? throw new ArgumentException($"No check is named '{name}'; {nameof(Checks)} lists them.", nameof(name));
        return RunAsync(check, cancellationToken);
    }

    /// <summary>Runs all checks, one after the other.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How each ended.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<IReadOnlyList<ConformanceResult>> RunAllAsync(CancellationToken cancellationToken = default)
    {
        var results = new List<ConformanceResult>(Checks.Count);
        foreach (ConformanceCheck check in Checks)
        {
            results.Add(await RunAsync(check, cancellationToken));
        }

        return results;
    }

    private async Task<ConformanceResult> RunAsync(ConformanceCheck check, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var context = new CheckContext(_createTarget, _timeProvider, PromptnessLimit, ending.Token);
        await using (context)
        {
            Task run = RunAsync(check, context);
            try
            {
                // A client that ignores its token hangs the check, not the suite.
                await run.WaitAsync(Limit, _timeProvider, cancellationToken);
                return new ConformanceResult(check, ConformanceOutcome.Passed, context.Remarks);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (CheckSkippedException e)
            {
                return new ConformanceResult(check, ConformanceOutcome.Skipped, context.Remarks, skipReason: e.Message);
            }
            catch (Exception e)
            {
                bool isHung = !run.IsCompleted;
                await ending.CancelAsync();
                return new ConformanceResult(check, ConformanceOutcome.Failed, context.Remarks, error: Describe(e, isHung));
            }
        }
    }

    private static async Task RunAsync(ConformanceCheck check, CheckContext context)
    {
        await context.StartAsync(check.Needs);
        await check.Run(context);
    }

    private ConformanceException Describe(Exception e, bool isHung) => e switch
    {
        _ when isHung => new ConformanceException($"Expected the check to end; it still hung after {Limit}."),
        ConformanceException failure => failure,
        _ => new ConformanceException($"Expected no exception here; got {e.GetType().Name}: {e.Message}", e),
    };
}
