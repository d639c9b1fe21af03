using System.Text;
using System.Text.Json;
using StreamingAdapters.Json;
using StreamingAdapters.Tests.Providers;

namespace StreamingAdapters.Tests.Json;

public sealed class JsonTextTests
{
    /// <summary>What stands between the quotes, and the text.</summary>
    public static TheoryData<string, string> Strings => new()
    {
        { "", "" },
        { "plain", "plain" },
        { "\\\"\\\\\\/", "\"\\/" },
        { "\\b\\f\\n\\r\\t", "\b\f\n\r\t" },
        { "a\\nb\\\\nc", "a\nb\\nc" },
        { "\\u0041\\u00e9\\u00E9\\uFFFF\\u0000", "Aéé\uFFFF\0" },
        { "\\u00410", "A0" },
        { "\\ud83d\\ude00", "😀" },
        { "x\\uD83D\\uDE00y", "x😀y" },
        { "漢👩\u200d👧\u2028", "漢👩\u200d👧\u2028" },
    };

    /// <summary>Escaped text with halves of surrogate pairs (raw ones would not survive on their way to the test), and what is left of it.</summary>
    public static TheoryData<string, string> Halves => new()
    {
        { "", "" },
        { "a\\ud83d\\ude00b", "a😀b" },
        { "\\ud83d", "\uFFFD" },
        { "\\ude00", "\uFFFD" },
        { "a\\ud83d", "a\uFFFD" },
        { "\\ude00a", "\uFFFDa" },
        { "\\ud83dx\\ude00", "\uFFFDx\uFFFD" },
        { "\\ud83d\\ud83d\\ude00\\ude00", "\uFFFD😀\uFFFD" },
        { "\\ude00\\ud83d", "\uFFFD\uFFFD" },
    };

    [Theory]
    [MemberData(nameof(Strings))]
    public void Decode_ValidString_GivesItsText(string escaped, string text)
    {
        Assert.Equal(text, JsonText.Decode(Encoding.UTF8.GetBytes(escaped)));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(70_000)]
    public void Decode_LongString_GivesAllOfIt(int length)
    {
        string plain = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

        Assert.Equal(plain, JsonText.Decode(Encoding.UTF8.GetBytes(plain)));
        Assert.Equal(plain[..^2] + "\n", JsonText.Decode(Encoding.UTF8.GetBytes(plain[..^2] + "\\n")));
        Assert.Equal("\n" + plain[..^2], JsonText.Decode(Encoding.UTF8.GetBytes("\\n" + plain[..^2])));
    }

    [Fact]
    public void Decode_HalfSurrogateEscape_KeepsTheHalf()
    {
        Assert.Equal("a\ud83d", JsonText.Decode("a\\ud83d"u8));
        Assert.Equal("\ude00b", JsonText.Decode("\\ude00b"u8));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF }, "\uFFFD")]
    [InlineData(new byte[] { (byte)'a', 0xE6, 0xBC }, "a\uFFFD")]
    [InlineData(new byte[] { 0xE6, (byte)'\\', (byte)'n', 0xA2 }, "\uFFFD\n\uFFFD")]
    [InlineData(new byte[] { 0xED, 0xA0, 0xBD }, "\uFFFD\uFFFD\uFFFD")]
    public void Decode_InvalidUtf8_ReplacesIt(byte[] escaped, string text)
    {
        Assert.Equal(text, JsonText.Decode(escaped));
    }

    [Fact]
    public void Decode_AnyValidString_EqualsTheReadersText()
    {
        Property.Check(JsonGen.ValidString, 2000, escaped =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(escaped);
            var reader = new Utf8JsonReader([(byte)'"', .. bytes, (byte)'"']);
            reader.Read();

            Assert.Equal(reader.GetString(), JsonText.Decode(bytes));
        });
    }

    [Theory]
    [MemberData(nameof(Halves))]
    public void ReplaceHalves_AnyText_ReplacesWhatHasNoOtherHalf(string escaped, string expected)
    {
        string text = JsonText.Decode(Encoding.UTF8.GetBytes(escaped));

        Assert.Equal(expected, JsonText.ReplaceHalves(text));
    }

    [Fact]
    public void ReplaceHalves_NothingToReplace_GivesTheSameInstance()
    {
        string text = "a😀" + 'b';

        Assert.Same(text, JsonText.ReplaceHalves(text));
    }

    // Quadratic work would take minutes here; a frame may be this long.
    [Fact]
    public void ReplaceHalves_NothingButHalves_TakesOnePass()
    {
        string text = new('\ud83d', 600_000);

        Assert.Equal(new string('\uFFFD', text.Length), JsonText.ReplaceHalves(text));
    }

    [Theory]
    [InlineData("\\n", 2)]
    [InlineData("\\\"rest", 2)]
    [InlineData("\\\\", 2)]
    [InlineData("\\/", 2)]
    [InlineData("\\b", 2)]
    [InlineData("\\f", 2)]
    [InlineData("\\r", 2)]
    [InlineData("\\t", 2)]
    [InlineData("\\u00e9", 6)]
    [InlineData("\\uABCDEF", 6)]
    [InlineData("\\u00e", 0)]
    [InlineData("\\u00g9", 0)]
    [InlineData("\\u", 0)]
    [InlineData("\\", 0)]
    [InlineData("\\a", 0)]
    [InlineData("\\N", 0)]
    [InlineData("\\\n", 0)]
    public void EscapeLength_AnyEscape_IsWhatJsonKnows(string escape, int length)
    {
        Assert.Equal(length, JsonText.EscapeLength(Encoding.UTF8.GetBytes(escape)));
    }

    [Theory]
    [InlineData("{\"a\":\"x\\ud83d\"}", "x\uFFFD")]
    [InlineData("{\"a\":\"\"}", "")]
    [InlineData("{\"a\":null}", null)]
    [InlineData("{\"a\":1}", null)]
    [InlineData("{\"b\":\"x\"}", null)]
    [InlineData("[\"a\"]", null)]
    [InlineData("\"a\"", null)]
    public void Text_Member_IsTextOrNull(string json, string? expected)
    {
        using JsonDocument document = JsonDocument.Parse(json);

        Assert.Equal(expected, document.RootElement.Text("a"u8));
    }
}
