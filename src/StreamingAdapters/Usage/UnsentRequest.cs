using StreamingAdapters.Errors;

namespace StreamingAdapters.Usage;

/// <summary>Tells failures in front of an answer that used nothing from those behind which a model may have worked.</summary>
internal static class UnsentRequest
{
    /// <summary>Whether a request that gave no update was not sent, or was refused: no provider bills those.</summary>
    public static bool Is(Exception exception) => exception is ArgumentException or ObjectDisposedException or NotSupportedException
        || ChatErrorMapper.Map(exception)?.Kind is
            ChatErrorKind.RateLimited or ChatErrorKind.QuotaExhausted or ChatErrorKind.Overloaded or ChatErrorKind.ServerError or ChatErrorKind.ConnectTimeout
            or ChatErrorKind.Network or ChatErrorKind.Authentication or ChatErrorKind.PermissionDenied or ChatErrorKind.RegionBlocked
            or ChatErrorKind.ModelNotFound or ChatErrorKind.ModelRetired or ChatErrorKind.ContextLengthExceeded or ChatErrorKind.ContentFiltered
            or ChatErrorKind.InvalidRequest or ChatErrorKind.RequestTooLarge or ChatErrorKind.UnsupportedFeature;
}
