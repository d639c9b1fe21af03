using StreamingAdapters.Errors;

namespace StreamingAdapters.Recovery;

/// <summary>What recovery itself says.</summary>
internal static class RecoverySentences
{
    public static string CircuitIsOpen(Route route, ChatErrorKind kind, TimeSpan left) =>
        $"Nothing was sent: '{route.Name}' is left alone for another {left} after {kind}, and no other route could be asked. Wait, add a route, or call {nameof(RecoveryCircuits)}.{nameof(RecoveryCircuits.Reset)} when the cause is gone.";
}
