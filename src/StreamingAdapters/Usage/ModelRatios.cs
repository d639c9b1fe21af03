namespace StreamingAdapters.Usage;

/// <summary>What one model makes of bytes: a request has templates and tools around its text, an answer may have reasoning that nobody sees.</summary>
internal sealed class ModelRatios
{
    public TokenRatio Input { get; } = new();

    public TokenRatio Output { get; } = new();
}
