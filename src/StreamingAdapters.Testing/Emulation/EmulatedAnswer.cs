namespace StreamingAdapters.Testing;

/// <summary>One answer of the emulated model, cut into chunks.</summary>
/// <remarks>The chunks are made while they are taken, so that an answer of any length costs no memory.</remarks>
internal sealed class EmulatedAnswer(IEnumerable<string> reasoning, IEnumerable<string> text, IReadOnlyList<EmulatedToolCall> calls, bool isCut)
{
    // What a call costs is unknowable without a tokenizer; a constant keeps the counts predictable.
    private const int TokensPerCall = 12;

    public IReadOnlyList<EmulatedToolCall> Calls => calls;

    /// <summary>Whether the limit on words ended the answer.</summary>
    public bool IsCut => isCut;

    /// <summary>The tokens of what has been taken so far: one per word, and a constant per call.</summary>
    public int Tokens => ReasoningTokens + TextTokens + (calls.Count * TokensPerCall);

    public int ReasoningTokens { get; private set; }

    public int TextTokens { get; private set; }

    public IEnumerable<string> Reasoning()
    {
        foreach (string chunk in reasoning)
        {
            ReasoningTokens += TextChunks.CountWords(chunk);
            yield return chunk;
        }
    }

    public IEnumerable<string> Text()
    {
        foreach (string chunk in text)
        {
            TextTokens += TextChunks.CountWords(chunk);
            yield return chunk;
        }
    }
}
