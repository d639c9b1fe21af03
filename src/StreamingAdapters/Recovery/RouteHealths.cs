using System.Collections.Concurrent;

namespace StreamingAdapters.Recovery;

/// <summary>What is known about the routes, by route and model. Thread-safe.</summary>
internal sealed class RouteHealths(RecoveryCircuitOptions options, TimeProvider timeProvider)
{
    // Names of models come from requests: a thousand are more than an application has, and still little memory.
    private const int Capacity = 1_000;

    private readonly ConcurrentDictionary<(string Route, string? Model), RouteHealth> _healths = new();

    public ICollection<RouteHealth> All => _healths.Values;

    public RouteHealth Of(string route, string? model)
    {
        if (_healths.TryGetValue((route, model), out RouteHealth? health))
        {
            return health;
        }

        if (_healths.Count >= Capacity)
        {
            ForgetHalf();
        }

        return _healths.GetOrAdd((route, model), key => new RouteHealth(key.Route, key.Model, options, timeProvider));
    }

    // The healthy, and then those that are so next.
    private void ForgetHalf()
    {
        foreach ((string, string?) key in _healths.OrderBy(entry => entry.Value.State.OpenFor).Take(Capacity / 2).Select(entry => entry.Key))
        {
            _healths.TryRemove(key, out _);
        }
    }
}
