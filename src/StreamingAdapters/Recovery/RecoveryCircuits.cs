namespace StreamingAdapters.Recovery;

/// <summary>The circuits of a pipeline, read back by <c>client.GetService&lt;RecoveryCircuits&gt;()</c>. Thread-safe.</summary>
/// <remarks>They outlive changes of the configuration.</remarks>
public sealed class RecoveryCircuits
{
    private readonly RouteHealths _healths;

    internal RecoveryCircuits(RouteHealths healths) => _healths = healths;

    /// <summary>The circuits of the routes and models that have been asked.</summary>
    public IReadOnlyList<RecoveryCircuitState> States => [.. _healths.All.Select(health => health.State)];

    /// <summary>Closes circuits, and forgets the failures that they counted.</summary>
    /// <param name="route">The route's name; null for every route.</param>
    public void Reset(string? route = null)
    {
        foreach (RouteHealth health in _healths.All.Where(health => route is null || string.Equals(health.Route, route, StringComparison.Ordinal)))
        {
            health.Reset();
        }
    }
}
