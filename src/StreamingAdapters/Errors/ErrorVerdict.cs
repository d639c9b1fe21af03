namespace StreamingAdapters.Errors;

/// <summary>What an error means.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Feature">What is not supported, for <see cref="ChatErrorKind.UnsupportedFeature"/>.</param>
/// <param name="IsTransient">Set where it differs from the kind's default.</param>
internal readonly record struct ErrorVerdict(ChatErrorKind Kind, string? Feature = null, bool? IsTransient = null);
