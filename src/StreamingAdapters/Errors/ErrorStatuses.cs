namespace StreamingAdapters.Errors;

/// <summary>What an HTTP status means when nothing else explains the error.</summary>
internal static class ErrorStatuses
{
    internal static ChatErrorKind KindOf(int status) => status switch
    {
        401 => ChatErrorKind.Authentication,
        402 => ChatErrorKind.QuotaExhausted,
        403 => ChatErrorKind.PermissionDenied,
        404 => ChatErrorKind.ModelNotFound,

        // 524: Cloudflare before Together and NLPCloud.
        408 or 504 or 524 => ChatErrorKind.HeadersTimeout,
        410 => ChatErrorKind.ModelRetired,
        413 => ChatErrorKind.RequestTooLarge,
        429 => ChatErrorKind.RateLimited,
        451 => ChatErrorKind.RegionBlocked,

        // 409: a conflict that passes. 412: Fireworks. 424 and 499 (the gateway gave up, not the caller): Groq.
        409 or 412 or 424 or 499 => ChatErrorKind.ServerError,

        // 498: Groq's flex tier. 529: Anthropic.
        498 or 503 or 529 => ChatErrorKind.Overloaded,
        >= 300 and < 500 => ChatErrorKind.InvalidRequest,
        >= 500 and < 600 => ChatErrorKind.ServerError,
        _ => ChatErrorKind.Unknown,
    };
}
