namespace StreamingAdapters.Testing;

/// <summary>Makes readable English sentences, the same for the same seed and prompt, with some words outside ASCII, quotes and line breaks.</summary>
public static class TextGenerator
{
    private const int SentencesPerParagraph = 5;

    private static readonly string[] Subjects =
        ["A quiet harbour", "The old clock", "Every traveller", "My neighbour Zoé", "The small café", "A patient gardener", "The night train", "One curious fox"];

    private static readonly string[] Verbs =
        ["remembers", "follows", "paints", "carries", "repairs", "welcomes", "measures", "describes"];

    private static readonly string[] Objects =
        ["the long summer road", "a letter from Zürich", "seven paper lanterns", "the sound of rain", "an unfinished map", "the word \"patience\"", "a crème brûlée", "two silver keys"];

    private static readonly string[] Places =
        ["near the river", "behind the library", "before breakfast", "in the northern hills", "under a wide sky", "across the market square"];

    private static readonly string[] Asides =
        ["naïve ✓", "漢字", "👩‍👩‍👧", "日本語 ✓", "café ☕", "𝄞 déjà-vu"];

    /// <summary>The first words of the endless text that belongs to a seed and a prompt.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="words">The number of words.</param>
    /// <returns>The text; words are parted by blanks, paragraphs by two line feeds.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="prompt"/> is null.</exception>
    public static string Text(int seed, string prompt, int words) => string.Concat(Words(seed, prompt).Take(words));

    /// <summary>The endless text that belongs to a seed and a prompt, word by word, each but the first with the blank in front of it.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="prompt">The prompt.</param>
    /// <returns>The words; concatenated they are the text.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="prompt"/> is null.</exception>
    public static IEnumerable<string> Words(int seed, string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Generate(seed, prompt);
    }

    /// <summary>A hash that does not change between runs, unlike <see cref="string.GetHashCode()"/> (FNV-1a).</summary>
    internal static int Mix(int seed, string text)
    {
        uint hash = 2166136261u ^ (uint)seed;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return (int)(hash & int.MaxValue);
    }

    /// <summary>How many words it takes to come to the end of the sentence that a number of words ends in.</summary>
    internal static int CountToSentenceEnd(int seed, string prompt, int words) =>
        words + Words(seed, prompt).Skip(words - 1).TakeWhile(static word => !word.EndsWith('.')).Count();

    private static IEnumerable<string> Generate(int seed, string prompt)
    {
        var random = new Random(Mix(seed, prompt));
        for (int sentence = 0; ; sentence++)
        {
            bool first = true;
            foreach (string word in Sentence(random, sentence).Split(' '))
            {
                string gap = !first ? " " : sentence == 0 ? "" : sentence % SentencesPerParagraph == 0 ? "\n\n" : " ";
                yield return gap + word;
                first = false;
            }
        }
    }

    private static string Sentence(Random random, int number)
    {
        string core = $"{Pick(random, Subjects)} {Pick(random, Verbs)} {Pick(random, Objects)} {Pick(random, Places)}";
        return number % 2 == 0 ? $"{core}." : $"{core} ({Pick(random, Asides)}).";
    }

    private static string Pick(Random random, string[] words) => words[random.Next(words.Length)];
}
