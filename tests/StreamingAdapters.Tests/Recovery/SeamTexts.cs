using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Texts of the kinds that models write.</summary>
internal static class SeamTexts
{
    public const string Code = """
        Here is the class:

        ```csharp
        public sealed class Counter(string name)
        {
            private readonly Dictionary<string, int> _counts = [];

            public int Add(string key)
            {
                int count = _counts.GetValueOrDefault(key) + 1;
                _counts[key] = count;
                Console.WriteLine($"{name}: {key} = {count}");
                return count;
            }
        }
        ```
        It's "thread-safe" only when each caller has its own.
        """;

    public const string Chinese = "北京是中华人民共和国的首都,位于华北平原的北部。它是全国的政治、文化和国际交往中心。城市的历史可以追溯到三千多年前;元、明、清三代都在这里建都。“胡同”是老街区的名字……游客喜欢故宫、天坛和长城。日本語も少し:東京は日本の首都です。ひらがなとカタカナ。";

    public const string Emoji = "Team news 👩‍👩‍👧 arrived 🇩🇪🇫🇷 today! Thumbs 👍🏽 for cafe\u0301 owners, hearts ❤️ and 𝄞 music. Nobody 🤷🏿‍♀️ knew that e\u0323\u0301 is one letter; 漢字 too ✓ and so on 🎉🎉 until the party 🎈 ended.";

    public const string Table = """
        | City    | Country | Population |
        | ------- | ------- | ---------: |
        | Berlin  | Germany |  3,755,251 |
        | Paris   | France  |  2,102,650 |
        | Vienna  | Austria |  1,982,097 |

        - *Berlin* is the largest;
        - *Paris* is the densest.

        > “Cities are people,” she said… and it’s true.
        """;

    public static readonly string English = TextGenerator.Text(7, "seams", 60);

    public static readonly string[] All = [English, TextGenerator.Text(11, "more", 50), Code.ReplaceLineEndings("\n"), Chinese, Emoji, Table.ReplaceLineEndings("\n"), Code.ReplaceLineEndings("\r\n")];

    public static readonly string[] Periodic =
    [
        "The array is [" + string.Concat(Enumerable.Repeat("0, ", 60)) + "0].",
        "He laughed: " + string.Concat(Enumerable.Repeat("ha ", 50)) + "and left.",
        string.Concat(Enumerable.Repeat("yes\n", 40)) + "no\n",
        "Digits " + new string('7', 150) + " end.",
        "Rule " + new string('-', 150) + " end.",
    ];
}
