using StreamingAdapters.Limits;

namespace StreamingAdapters.Tests.Limits;

public sealed class RepetitionFinderTests
{
    private const string Sentence = "I am sorry, but I can not do that for you. ";

    [Theory]
    [InlineData(Sentence, 2)]
    [InlineData(Sentence, 8)]
    [InlineData("0123456789abcdefghijklmnopqrstuv", 3)]
    public void Add_PassageOftenEnough_FindsTheCharacterThatCompletesIt(string passage, int repetitions)
    {
        string text = string.Concat(Enumerable.Repeat(passage, repetitions));

        int atTheLast = Finder(repetitions).Add(text);
        int oneLess = Finder(repetitions + 1).Add(text);

        Assert.Equal((text.Length - 1, text.Length), (atTheLast, oneLess));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ha ")]
    [InlineData("-=")]
    public void Add_ShortPassage_CountsByTheLengthItFills(string passage)
    {
        int counted = (32 + passage.Length - 1) / passage.Length * passage.Length;
        string text = string.Concat(Enumerable.Repeat(passage, 1_000));

        Assert.Equal((8 * counted) - 1, Finder(8).Add(text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Add_AnySplit_FindsTheSamePlace(int size)
    {
        string text = Prose(3_000) + string.Concat(Enumerable.Repeat(Sentence, 9));
        int whole = Finder(8).Add(text);
        RepetitionFinder finder = Finder(8);
        int found = 0;

        foreach (char[] piece in text.Chunk(size))
        {
            int fresh = finder.Add(piece);
            found += fresh;
            if (fresh < piece.Length)
            {
                break;
            }
        }

        Assert.InRange(whole, 3_000, text.Length - 1);
        Assert.Equal(whole, found);
    }

    [Fact]
    public void Add_LongestPassage_IsFoundAndALongerOneIsNot()
    {
        string longest = Prose(RepetitionFinder.LongestPassage);
        string longer = Prose(RepetitionFinder.LongestPassage + 1);

        Assert.Equal((3 * longest.Length) - 1, Finder(3).Add(longest + longest + longest));
        Assert.Equal(3 * longer.Length, Finder(3).Add(longer + longer + longer));
    }

    [Fact]
    public void Add_TextsThatBeginTheirLinesAlike_AreNoLoop()
    {
        string table = string.Concat(Enumerable.Range(0, 500).Select(row => $"| The value of the measurement number {row} is | {row * 7919 % 1000} |\n"));
        string list = string.Concat(Enumerable.Range(0, 500).Select(row => $"{row}. Please make sure that you have read item {row * 31 % 97}.\n"));
        string code = string.Concat(Enumerable.Range(0, 500).Select(row => $"        services.AddSingleton<IService{row}, Service{row}>();\n"));

        Assert.All([table, list, code, Prose(100_000), new string('-', 120), $"|{string.Concat(Enumerable.Repeat("---|", 20))}"], text => Assert.Equal(text.Length, Finder(8).Add(text)));
    }

    [Fact]
    public void Add_RepeatsWithSomethingBetween_AreNoLoop()
    {
        string text = string.Concat(Enumerable.Range(0, 100).Select(round => $"{Sentence}{round} "));

        Assert.Equal(text.Length, Finder(8).Add(text));
    }

    private static RepetitionFinder Finder(int repetitions) => new(new LimitsRepetitionOptions { Repetitions = repetitions });

    // Seeded, so that nothing repeats and every run is the same.
    private static string Prose(int length)
    {
        var random = new Random(7);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(26))));
    }
}
