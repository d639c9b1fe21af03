namespace StreamingAdapters.Errors;

/// <summary>A phrase in a provider's text and what it means.</summary>
/// <param name="Verdict">What it means.</param>
/// <param name="Scopes">Where it means that.</param>
/// <param name="Parts">All of these occur, in any case and order.</param>
internal sealed record ErrorPhrase(ErrorVerdict Verdict, ErrorPhraseScopes Scopes, params string[] Parts)
{
    /// <summary>A part that makes the phrase mean something else.</summary>
    public string? Unless { get; init; }
}
