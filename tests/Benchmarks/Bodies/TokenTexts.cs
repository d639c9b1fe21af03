namespace Benchmarks.Bodies;

/// <summary>Texts as a tokenizer would cut them: 4 to 5 characters on average, a few percent with escapes or beyond ASCII.</summary>
internal static class TokenTexts
{
    private const int Seed = 20250801;
    private const double RareShare = 0.04;

    private static readonly string[] Common =
    [
        " the", " of", " and", " to", " a", " in", " is", " that", ",", ".", " for", " on", " with", " as", " are", " this", " it", " be", " by", " or",
        " from", " model", " stream", " answer", " token", "ing", "ed", "s", "ly", "er", "tion", " can", " which", " server", " each", " bytes", " when",
        " client", " request", " first", " between", " connection", " The", " If", " you", " your", "'s", " not", " have", " will", ":", " one", " more",
        " use", " value", " result", " data", " time", " example", " system", " work", " other", "able", "ment", " 20", "25", " (", ")", " -", " code",
        " function", " return", " string", " also", " most", " into", " than", " its", " only", " such", " These", " provide", " different", " number",
    ];

    private static readonly string[] Rare = ["\n", "\n\n", " \"", "\"", "\\", "\t", "é", " für", "你好", "世界", " –", "’s", "🙂", " <", "&", " naïve"];

    /// <summary>The same texts on every run.</summary>
    public static string[] Create(int count)
    {
        var random = new Random(Seed);
        string[] texts = new string[count];
        for (int i = 0; i < count; i++)
        {
            string[] from = random.NextDouble() < RareShare ? Rare : Common;
            texts[i] = from[random.Next(from.Length)];
        }

        return texts;
    }
}
