namespace StreamingAdapters.Errors;

/// <summary>How much a code or type says.</summary>
internal enum ErrorCodeStrength
{
    /// <summary>A broad class ("invalid_request_error"): gives a status only where there is none.</summary>
    Weak,

    /// <summary>Names a status better than HTTP did, but leaves room for phrases: a rate limit may be a quota.</summary>
    Strong,

    /// <summary>Decides the kind.</summary>
    Decisive,
}
