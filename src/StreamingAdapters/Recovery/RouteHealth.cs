using StreamingAdapters.Errors;

namespace StreamingAdapters.Recovery;

/// <summary>How one model on one route does: its circuit, and how long its first content takes. Thread-safe.</summary>
internal sealed class RouteHealth(string route, string? model, RecoveryCircuitOptions options, TimeProvider timeProvider)
{
    private volatile RouteCircuit _circuit = new(options, timeProvider);

    public string Route => route;

    public FirstContentTimes Times { get; } = new();

    public RouteCircuit Circuit => _circuit;

    public RecoveryCircuitState State
    {
        get
        {
            (ChatErrorKind Kind, TimeSpan Left)? open = _circuit.Opening;
            return new RecoveryCircuitState { Route = route, Model = model, IsOpen = open is not null, Kind = open?.Kind, OpenFor = open?.Left ?? TimeSpan.Zero };
        }
    }

    /// <summary>Begins anew with a closed circuit; calls in flight end in the old one.</summary>
    public void Reset() => _circuit = new RouteCircuit(options, timeProvider);
}
