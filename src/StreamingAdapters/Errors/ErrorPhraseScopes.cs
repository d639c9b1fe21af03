namespace StreamingAdapters.Errors;

/// <summary>Under which statuses a phrase means something.</summary>
[Flags]
internal enum ErrorPhraseScopes
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>400, 404, 413 and 422.</summary>
    Request = 1,

    /// <summary>403.</summary>
    Forbidden = 2,

    /// <summary>429.</summary>
    RateLimit = 4,

    /// <summary>500.</summary>
    Server = 8,

    /// <summary>An error inside a stream that gives no status, neither itself nor by a known code.</summary>
    NoStatus = 16,
}
