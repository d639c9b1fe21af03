namespace StreamingAdapters.Errors;

/// <summary>What a code or type in an error body stands for.</summary>
/// <param name="Status">The HTTP status that belongs to it.</param>
/// <param name="Strength">Whether it beats the status that the server sent.</param>
/// <param name="Verdict">What it means when it decides by itself.</param>
internal readonly record struct ErrorCode(int Status, ErrorCodeStrength Strength, ErrorVerdict Verdict = default);
