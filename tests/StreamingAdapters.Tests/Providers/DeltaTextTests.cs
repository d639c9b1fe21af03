using System.Text;
using StreamingAdapters.Providers;

namespace StreamingAdapters.Tests.Providers;

public sealed class DeltaTextTests
{
    /// <summary>Deltas, what each hands on, and what the end adds.</summary>
    public static TheoryData<string[], string[], string> Deltas => new()
    {
        { ["a", "b\\n"], ["a", "b\n"], "" },
        { ["\\ud83d\\ude00"], ["😀"], "" },
        { ["a\\ud83d", "\\ude00b"], ["a", "😀b"], "" },
        { ["\\ud83d", "\\ude00"], ["", "😀"], "" },
        { ["\\ud83d", "", "\\ude00"], ["", "", "😀"], "" },
        { ["\\ud83d", "x"], ["", "\uFFFDx"], "" },
        { ["\\ud83d", "\\ud83d", "\\ude00"], ["", "\uFFFD", "😀"], "" },
        { ["\\ude00", "a"], ["\uFFFD", "a"], "" },
        { ["x\\ud83dy"], ["x\uFFFDy"], "" },
        { ["a", "\\ud83d"], ["a", ""], "\uFFFD" },
        { ["\\ud83d\\ud83d"], ["\uFFFD"], "\uFFFD" },
        { ["\\ud83d", "\\n"], ["", "\uFFFD\n"], "" },
        { [""], [""], "" },
    };

    [Theory]
    [MemberData(nameof(Deltas))]
    public void Append_HalvesOverDeltas_JoinsThem(string[] deltas, string[] texts, string atEnd)
    {
        DeltaText text = default;

        string[] actual = [.. deltas.Select(delta => text.Append(Encoding.UTF8.GetBytes(delta)))];

        Assert.Equal(texts, actual);
        Assert.Equal(atEnd, text.Flush());
        Assert.Equal("", text.Flush());
    }

    [Fact]
    public void Append_AfterFlush_BeginsAnew()
    {
        DeltaText text = default;
        text.Append("\\ud83d"u8);
        text.Flush();

        Assert.Equal("\uFFFD", text.Append("\\ude00"u8));
    }
}
