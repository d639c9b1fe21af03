using StreamingAdapters.Recovery;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>A model that repeats 0 to 80 characters at every place of a text.</summary>
public sealed class SeamPropertyTests
{
    private const int MaxRepeat = 80;

    public static TheoryData<int> Texts => [.. Enumerable.Range(0, SeamTexts.All.Length)];

    public static TheoryData<int> PeriodicTexts => [.. Enumerable.Range(0, SeamTexts.Periodic.Length)];

    public static TheoryData<int, string> Changed
    {
        get
        {
            TheoryData<int, string> rows = [];
            foreach (int text in Enumerable.Range(0, SeamTexts.All.Length))
            {
                foreach (string change in RepeatChange.All.Keys)
                {
                    rows.Add(text, change);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void TryFind_ExactRepeat_JoinsExactlyOrDeclaresIt(int index)
    {
        string text = SeamTexts.All[index];
        int exact = 0;
        int chances = 0;
        foreach ((string received, string repeated, string next) in Cuts(text))
        {
            string head = repeated + next;
            Seam seam = Joining.Find(received, head);
            string joined = Joining.Join(received, head, seam);
            if (IsChance(received, repeated, head))
            {
                chances++;
                continue;
            }

            Assert.EndsWith(next, joined, StringComparison.Ordinal);
            Assert.True(Joining.IsDeclared(text, received, head, seam), Say(received, head, seam));
            if (Joining.CountWordCharacters(repeated) >= 3)
            {
                Assert.True(joined == text, Say(received, head, seam));
                exact++;
            }
        }

        Assert.True(exact > 40 * text.Length && chances < text.Length * MaxRepeat / 50, $"{exact} exact, {chances} by chance, {text.Length} characters");
    }

    [Theory]
    [MemberData(nameof(Changed))]
    public void TryFind_ChangedRepeat_LosesNothingAndDeclaresTheRest(int index, string change)
    {
        string text = SeamTexts.All[index];
        int exact = 0;
        foreach ((string received, string repeated, string next) in Cuts(text, step: 3))
        {
            string changed = RepeatChange.All[change](repeated);
            string head = changed + next;

            // Whitespace at the end of the received text that was shortened cannot be told from new whitespace.
            bool isCutWithinBlank = received.Length > 0 && next.Length > 0 && char.IsWhiteSpace(received[^1]) && char.IsWhiteSpace(next[0]);
            if (Joining.CountWordCharacters(repeated) < 12 || isCutWithinBlank || IsChance(received, repeated, head))
            {
                continue;
            }

            Seam seam = Joining.Find(received, head);
            string joined = Joining.Join(received, head, seam);

            Assert.EndsWith(next, joined, StringComparison.Ordinal);
            Assert.True(Joining.IsDeclared(text, received, head, seam), Say(received, head, seam));
            exact += joined == text ? 1 : 0;
        }

        Assert.True(exact > 10 * text.Length, $"{exact} exact");
    }

    [Theory]
    [MemberData(nameof(PeriodicTexts))]
    public void TryFind_TextThatRepeatsItself_LosesNothingAndDeclaresTheRest(int index)
    {
        string text = SeamTexts.Periodic[index];
        foreach ((string received, string repeated, string next) in Cuts(text))
        {
            // Where the model repeats less than counts as a repeat, but the text goes on as it was, there is nothing to tell by.
            string head = repeated + next;
            Seam seam = Joining.Find(received, head);
            if (Joining.CountWordCharacters(repeated) < 6 && Joining.LongestRepeat(received, head).Length > Joining.Normalize(repeated).Length)
            {
                continue;
            }

            Assert.True(Joining.IsDeclared(text, received, head, seam), Say(received, head, seam));
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void TryFind_ExactRepeatBehindPreface_JoinsExactly(int index)
    {
        string text = SeamTexts.All[index];
        string[] prefaces = ["Sure, here is the rest:\n\n", "Of course! ", "...", "Continuing: \"", "I'll go on where I stopped.\n\n…"];
        int joins = 0;
        foreach ((string received, string repeated, string next) in Cuts(text, step: 7))
        {
            string preface = prefaces[repeated.Length % prefaces.Length];
            string head = preface + repeated + next;
            if (Joining.Normalize(repeated).Length < 24 || Joining.CountWordCharacters(repeated) < 12 || Joining.LongestRepeat(received, head).Length > 0)
            {
                continue;
            }

            Seam seam = Joining.Find(received, head);

            Assert.True(Joining.Join(received, head, seam) == text, Say(received, head, seam));
            joins++;
        }

        Assert.True(joins > text.Length / 4, $"{joins} joins");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void TryFind_CharacterByCharacter_FindsTheSameSeam(int index)
    {
        foreach (string text in (string[])[SeamTexts.All[index], SeamTexts.Periodic[index % SeamTexts.Periodic.Length]])
        {
            foreach ((string received, string repeated, string next) in Cuts(text, step: 7))
            {
                foreach (string preface in (string[])["", "Here it is: \"", " "])
                {
                    foreach (bool isPrefill in (bool[])[false, true])
                    {
                        string head = preface + repeated + next;

                        (Seam seam, int held) = Joining.FindByCharacter(received, head, isPrefill);

                        Assert.Equal(Joining.Find(received, head, isPrefill), seam);
                        Assert.InRange(held, 0, SeamFinder.MaxHeld);
                        Assert.InRange(seam.Skip + seam.Uncertain, 0, held);
                        Assert.InRange(seam.Overlap, 0, received.Length);
                        Assert.InRange(seam.Confidence, 0, 1);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void TryFind_CutOfHead_IsWithinAGraphemeOnlyWhereTheReceivedEndsWithinIt(int index)
    {
        string text = SeamTexts.All[index];
        foreach ((string received, string repeated, string next) in Cuts(text))
        {
            string head = repeated + next;

            Seam seam = Joining.Find(received, head);

            Assert.True(Joining.IsGraphemeStart(head, seam.Skip) || !Joining.IsGraphemeStart(text, received.Length), Say(received, head, seam));
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void TryFind_PrefillWithAndWithoutEcho_JoinsExactly(int index)
    {
        string text = SeamTexts.All[index];
        foreach ((string received, string repeated, string next) in Cuts(text))
        {
            bool isEcho = Joining.Normalize(repeated).Length >= SeamFinder.AnchorLength;
            string head = isEcho ? repeated + next : next;

            Seam seam = Joining.Find(received, head, isPrefill: true);

            Assert.True(Joining.Join(received, head, seam) == text, Say(received, head, seam));
            Assert.Equal(1, seam.Confidence);
        }
    }

    private static IEnumerable<(string Received, string Repeated, string Next)> Cuts(string text, int step = 1)
    {
        for (int seam = 1; seam < text.Length; seam++)
        {
            for (int repeat = seam % step; repeat <= Math.Min(seam, MaxRepeat); repeat += step)
            {
                yield return (text[..seam], text[(seam - repeat)..seam], text[seam..]);
            }
        }
    }

    // New text that happens to begin as the received ended is a repeat by the rules.
    private static bool IsChance(string received, string repeated, string head) => Joining.LongestRepeat(received, head).Length > Joining.Normalize(repeated).Length;

    private static string Say(string received, string head, Seam seam) => $"{seam}\nreceived: {received}|\nhead:     {head}|";
}
