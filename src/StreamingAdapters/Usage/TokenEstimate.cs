namespace StreamingAdapters.Usage;

/// <summary>An estimated number of tokens and how far it may be off.</summary>
internal readonly record struct TokenEstimate(long Tokens, long Error);
