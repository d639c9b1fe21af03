using StreamingAdapters.Errors;

namespace StreamingAdapters.Recovery;

/// <summary>The circuit of a route and model, at one moment.</summary>
public sealed record RecoveryCircuitState
{
    /// <summary>The route's name.</summary>
    public required string Route { get; init; }

    /// <summary>The model; null where neither request nor client named one.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the route is left alone for this model.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Why it is open; null when it is not.</summary>
    public ChatErrorKind? Kind { get; init; }

    /// <summary>For how long it stays open; zero when it is not.</summary>
    public TimeSpan OpenFor { get; init; }
}
