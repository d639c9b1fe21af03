using System.Globalization;
using System.Text.RegularExpressions;
using StreamingAdapters.Recovery;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Joins a continuation to what was received, and says by other means what it repeats.</summary>
internal static partial class Joining
{
    public static Seam Find(string received, string head, bool isPrefill = false)
    {
        var finder = new SeamFinder(received, isPrefill);
        Assert.True(finder.TryFind(head, isEnd: true, out Seam seam));
        return seam;
    }

    public static (Seam Seam, int Held) FindByCharacter(string received, string head, bool isPrefill = false)
    {
        var finder = new SeamFinder(received, isPrefill);
        int held = 0;
        Seam seam;
        while (!finder.TryFind(head.AsSpan(0, held), isEnd: held == head.Length, out seam))
        {
            held++;
        }

        return (seam, held);
    }

    public static string Join(string received, string head, Seam seam) => received + head[seam.Skip..];

    /// <summary>Whether the join is the text, or has more than it only what is declared, at the place where it is declared.</summary>
    public static bool IsDeclared(string text, string received, string head, Seam seam)
    {
        int more = Join(received, head, seam).Length - text.Length;
        return more >= 0 && more <= seam.Uncertain && received + head[(seam.Skip + more)..] == text;
    }

    public static string Normalize(string text)
    {
        string straight = Quotes().Replace(text.Replace("…", "...", StringComparison.Ordinal), match => match.Value is "\u2018" or "\u2019" ? "'" : "\"");
        return Blanks().Replace(straight, " ").Trim();
    }

    /// <summary>The longest beginning of the head that is an end of the received text.</summary>
    public static string LongestRepeat(string received, string head)
    {
        string end = Normalize(received);
        string beginning = Normalize(head);
        for (int length = Math.Min(end.Length, beginning.Length); length > 0; length--)
        {
            if (end.EndsWith(beginning[..length], StringComparison.Ordinal))
            {
                return beginning[..length];
            }
        }

        return "";
    }

    public static int CountWordCharacters(string text) => text.Count(char.IsLetterOrDigit);

    public static bool IsGraphemeStart(string text, int index) => index == text.Length || StringInfo.ParseCombiningCharacters(text).Contains(index);

    [GeneratedRegex("[\u201C\u201D\u2018\u2019«»]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Quotes();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Blanks();
}
