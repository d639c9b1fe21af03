using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>How an emulated server answers. All defaults are usable.</summary>
public sealed class EmulatedServerOptions
{
    /// <summary>The models that the server knows.</summary>
    /// <value>By default one model, <c>emulated</c>. Another model in a request is answered with 404.</value>
    public IList<string> Models { get; init; } = ["emulated"];

    /// <summary>The key that a request must carry where its protocol has it: <c>x-api-key</c> for Anthropic, <c>x-goog-api-key</c> for Gemini but not at Vertex AI's address, else as bearer token.</summary>
    /// <value>By default <see langword="null"/>: no key is asked for.</value>
    public string? ApiKey { get; init; }

    /// <summary>The length of the vectors that embeddings are, where a request asks for none.</summary>
    /// <value>In numbers; 8 by default.</value>
    public int EmbeddingDimensions { get; init; } = 8;

    /// <summary>The length of an ordinary answer.</summary>
    /// <value>In words; 60 by default.</value>
    public int Words { get; init; } = 60;

    /// <summary>Whether an ordinary answer goes on past <see cref="Words"/> to the end of its sentence, for people to read.</summary>
    /// <value>By default <see langword="false"/>: exactly that many words.</value>
    public bool FinishesSentences { get; init; }

    /// <summary>The length of the reasoning before an answer, when the request asks for reasoning.</summary>
    /// <value>In words; 12 by default.</value>
    public int ReasoningWords { get; init; } = 12;

    /// <summary>How many words make a chunk.</summary>
    /// <value>1 by default.</value>
    public int ChunkWords { get; init; } = 1;

    /// <summary>How many characters (Unicode scalars) make a chunk, instead of words.</summary>
    /// <value>By default <see langword="null"/>: <see cref="ChunkWords"/> counts.</value>
    public int? ChunkCharacters { get; init; }

    /// <summary>How many characters of a tool call's arguments go into one delta, where the protocol streams them.</summary>
    /// <value>In UTF-16 units, so that 1 cuts inside escapes; 8 by default.</value>
    public int ArgumentCharacters { get; init; } = 8;

    /// <summary>The delay before each chunk but the first.</summary>
    /// <value>Zero by default: as fast as the client reads.</value>
    public TimeSpan Pace { get; init; }

    /// <summary>How much later than the answer's last frame the last HTTP chunk, which ends the body, is sent.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan FinalChunkDelay { get; init; }

    /// <summary>The seed of texts and ids.</summary>
    /// <value>1 by default.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The clock of delays, time stamps and creation times.</summary>
    /// <value><see cref="TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether the models think when asked to. Otherwise Ollama answers 400, OpenAI leaves the reasoning out.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool SupportsThinking { get; init; } = true;

    /// <summary>Whether the models call tools. Otherwise a request with tools is answered with 400.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool SupportsTools { get; init; } = true;

    /// <summary>Whether the models go on with a request whose last message is the assistant's. Otherwise it is answered with 400, as Anthropic does.</summary>
    /// <value>
    /// <see langword="true"/> by default: the answer is the rest of what the last user message would be answered with, from exactly where the
    /// assistant's text ends; the whole answer, when it does not begin with that text.
    /// </value>
    public bool SupportsPrefill { get; init; } = true;

    /// <summary>Answers instead of the emulated model: gets the request's messages, roles and texts only, and gives the answer's text as it is sent.</summary>
    /// <remarks>
    /// An assistant's last message is not cut off the text: the function sees it and answers with what goes on. The request's limit on words and its
    /// stops still count. The function is called for each answer, on any thread; it must not throw.
    /// </remarks>
    /// <value>By default <see langword="null"/>, which is also what it returns for a request that the model shall answer as usual.</value>
    public Func<IReadOnlyList<ChatMessage>, string?>? Answer { get; init; }

    internal void Validate()
    {
        AtLeast(EmbeddingDimensions, 1, nameof(EmbeddingDimensions));
        AtLeast(Words, 0, nameof(Words));
        AtLeast(ReasoningWords, 0, nameof(ReasoningWords));
        AtLeast(ChunkWords, 1, nameof(ChunkWords));
        AtLeast(ChunkCharacters ?? 1, 1, nameof(ChunkCharacters));
        AtLeast(ArgumentCharacters, 1, nameof(ArgumentCharacters));
        AtLeast(Pace, TimeSpan.Zero, nameof(Pace));
        AtLeast(FinalChunkDelay, TimeSpan.Zero, nameof(FinalChunkDelay));
    }

    private static void AtLeast<T>(T value, T least, string option)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {least}.");
        }
    }
}
