using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StreamingAdapters.Providers;

namespace StreamingAdapters.Tests.Providers;

/// <summary>A frame matches only if a full parse finds the same document in it, but for the text and the string that nobody reads.</summary>
public sealed class DeltaTemplateTests
{
    private const char Text = '@';
    private const char Unread = '#';

    private static readonly Gen<string> Shape = Gen.Elements(
        """{"model":"m","created_at":"#","message":{"role":"assistant","content":"@"},"done":false}""",
        """{"id":"c","choices":[{"index":0,"delta":{"content":"@"}}],"created_at":"#"}""",
        """{"choices":[{"delta":{"content":"@"}}],"n":1}""",
        """{"content":"@","created_at":"#"}""",
        """{"created_at":"#","content":"@"}""");

    private static readonly Gen<string> Stamp = Gen.OneOf(
        Gen.Elements("2026-07-28T06:32:45.004109123Z", "2026-07-28T08:32:45+02:00", "", "0", "aB3xYz", "content", "a b", "\\u0041", "\",\"x\":\"", "é"),
        JsonGen.AnyString);

    private static readonly Gen<Func<string, string>> Change = Gen.Frequency(
        (8, Gen.Constant<Func<string, string>>(frame => frame)),
        (1, Gen.Constant<Func<string, string>>(frame => frame[..^1] + ",\"extra\":1}")),
        (1, Gen.Constant<Func<string, string>>(frame => "{\"extra\":{\"content\":\"x\"}," + frame[1..])),
        (1, Gen.Constant<Func<string, string>>(frame => frame + " ")),
        (1, Gen.Constant<Func<string, string>>(frame => frame.Replace("\"content\"", "\"Content\"", StringComparison.Ordinal))),
        (1, Gen.Choose(0, 120).Select<int, Func<string, string>>(length => frame => frame[..Math.Min(length, frame.Length)])),
        (1, Gen.Choose(1, 40).Select<int, Func<string, string>>(length => frame => frame[Math.Min(length, frame.Length)..])));

    [Fact]
    public void TryMatch_AnyFrame_OnlyWhereTheFullParseDiffersInTheTextAlone()
    {
        Gen<(string Learned, string Other)> pairs =
            from shape in Shape
            from learned in Gen.Zip(JsonGen.ValidString, Stamp)
            from other in Gen.Zip(Gen.OneOf(JsonGen.ValidString, JsonGen.AnyString), Stamp)
            from keepsStamp in Gen.Elements(true, false)
            from change in Change
            select (Fill(shape, learned.Item1, learned.Item2), change(Fill(shape, other.Item1, keepsStamp ? learned.Item2 : other.Item2)));

        int matches = 0;
        Property.Check(pairs, 8_000, pair =>
        {
            byte[] learned = Encoding.UTF8.GetBytes(pair.Learned);
            byte[] other = Encoding.UTF8.GetBytes(pair.Other);
            if (TryLocate(learned) is not { } known)
            {
                return;
            }

            DeltaTemplate template = new();
            template.Learn(learned, known.Content, known.CreatedAt);
            if (!template.TryMatch(other, out ReadOnlySpan<byte> text))
            {
                return;
            }

            matches++;
            (JsonSlice Content, JsonSlice CreatedAt) found = TryLocate(other) ?? throw new InvalidOperationException($"A frame that is no such document matches: {pair.Other}");
            Assert.Equal(found.Content.Of(other), text);
            Assert.Equal(learned, Replace(other, found, learned, known));
        });
        Assert.True(matches > 500, $"Only {matches} frames matched.");
    }

    [Fact]
    public void TryMatch_DifferentTextAndTime_IsRecognised()
    {
        Gen<(string Text, string Other)> texts = Gen.Zip(JsonGen.StringWithHalves, JsonGen.StringWithHalves, (text, other) => (text, other));

        Property.Check(texts, 500, pair =>
        {
            foreach (string shape in (string[])["""{"created_at":"#","content":"@"}""", """{"content":"@","created_at":"#"}"""])
            {
                byte[] learned = Encoding.UTF8.GetBytes(Fill(shape, pair.Text, "2026-07-28T06:32:45Z"));
                (JsonSlice content, JsonSlice createdAt) = TryLocate(learned)!.Value;
                DeltaTemplate template = new();
                template.Learn(learned, content, createdAt);

                Assert.True(template.TryMatch(Encoding.UTF8.GetBytes(Fill(shape, pair.Other, "2026-07-28T06:32:45.004109123+02:00")), out ReadOnlySpan<byte> text));
                Assert.Equal(pair.Other, Encoding.UTF8.GetString(text));
            }
        });
    }

    [Theory]
    [InlineData("{\"content\":\"a\"}", "{\"content\":\"bc\"   }", true)]
    [InlineData("{\"content\":\"a\"     }", "{\"content\":\"bc\"}", true)]
    [InlineData("{\"content\":\"a\"}", "{\"content\":\"bc \"}", true)]
    [InlineData("{\"content\":\"a\"}", "{\"content\":\"bc\"} ", false)]
    [InlineData("{\"content\":\"a\"}", "{\"content\":\"bc\"}}", false)]
    [InlineData("{\"content\":\"a\"}", "{\"content\":\"bc\"", false)]
    [InlineData("{\"content\":\"a\"}", "", false)]
    public void TryMatch_BlanksBeforeTheLastBrace_ArePadding(string learned, string other, bool isMatch)
    {
        byte[] frame = Encoding.UTF8.GetBytes(learned);
        DeltaTemplate template = new();
        template.Learn(frame, TryLocate(frame)!.Value.Content, default);

        Assert.Equal(isMatch, template.TryMatch(Encoding.UTF8.GetBytes(other), out _));
    }

    [Fact]
    public void TryMatch_NothingLearnedOrForgotten_IsFalse()
    {
        byte[] frame = "{\"content\":\"a\"}"u8.ToArray();
        DeltaTemplate template = new();
        Assert.False(template.TryMatch(frame, out _));

        template.Learn(frame, TryLocate(frame)!.Value.Content, default);
        Assert.True(template.TryMatch(frame, out _));

        template.Forget();
        Assert.False(template.TryMatch(frame, out _));
    }

    [Fact]
    public void Learn_ShorterFrame_ForgetsTheLongerOne()
    {
        byte[] longer = "{\"content\":\"a\",\"x\":[1,2,3]}"u8.ToArray();
        byte[] shorter = "{\"content\":\"a\"}"u8.ToArray();
        DeltaTemplate template = new();
        template.Learn(longer, TryLocate(longer)!.Value.Content, default);
        template.Learn(shorter, TryLocate(shorter)!.Value.Content, default);

        Assert.True(template.TryMatch("{\"content\":\"bcd\"}"u8, out _));
        Assert.False(template.TryMatch(longer, out _));
    }

    [Theory]
    [InlineData("11", true)]
    [InlineData("9", true)]
    [InlineData("0", true)]
    [InlineData("007", false)]
    [InlineData("", false)]
    [InlineData("-1", false)]
    [InlineData("1.5", false)]
    public void TryMatch_OtherNumber_IsSkippedWhereItIsWhole(string number, bool expected)
    {
        foreach (string shape in (string[])["{\"n\":#,\"content\":\"@\",\"pad\":\"xy\"}", "{\"pad\":\"xy\",\"content\":\"@\",\"n\":#}", "{\"content\":\"@\",\"n\":#,\"pad\":\"xy\"}", "{\"n\":#,\"pad\":\"xy\",\"content\":\"@\"}"])
        {
            string learned = Fill(shape, "a", "10");
            DeltaTemplate template = new();
            template.Learn(Encoding.UTF8.GetBytes(learned), At("a", JsonTokenType.String), At("xy", JsonTokenType.String), At("10", JsonTokenType.Number));

            Assert.Equal(expected, template.TryMatch(Encoding.UTF8.GetBytes(Fill(shape, "bcd", number).Replace("xy", "", StringComparison.Ordinal)), out ReadOnlySpan<byte> text));
            Assert.Equal(expected ? "bcd" : "", expected ? Encoding.UTF8.GetString(text) : "");

            JsonSlice At(string value, JsonTokenType type) => new(type == JsonTokenType.String ? learned.IndexOf($"\"{value}\"", StringComparison.Ordinal) + 1 : learned.IndexOf(value, StringComparison.Ordinal), value.Length, type);
        }
    }

    private static string Fill(string shape, string text, string stamp) => string.Concat(shape.Select(c => c switch
    {
        Text => text,
        Unread => stamp,
        _ => c.ToString(),
    }));

    // An independent full parse: where the strings of the two members stand, the last of each; null for what is no JSON or lacks the content.
    private static (JsonSlice Content, JsonSlice CreatedAt)? TryLocate(byte[] frame)
    {
        (JsonSlice Content, JsonSlice CreatedAt) found = default;
        try
        {
            var reader = new Utf8JsonReader(frame);
            while (reader.Read())
            {
                bool isContent = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("content");
                bool isCreatedAt = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("created_at");
                if ((isContent || isCreatedAt) && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    var slice = new JsonSlice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, JsonTokenType.String);
                    found = isContent ? (slice, found.CreatedAt) : (found.Content, slice);
                }
            }

            return found.Content.Type == JsonTokenType.String ? found : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The frame with the learned strings in the place of its own.
    private static byte[] Replace(byte[] frame, (JsonSlice Content, JsonSlice CreatedAt) found, byte[] learned, (JsonSlice Content, JsonSlice CreatedAt) known)
    {
        List<byte> bytes = [.. frame];
        var pairs = new[] { (found.Content, known.Content), (found.CreatedAt, known.CreatedAt) };
        foreach ((JsonSlice own, JsonSlice other) in pairs.Where(pair => pair.Item1.Type == JsonTokenType.String).OrderByDescending(pair => pair.Item1.Start))
        {
            bytes.RemoveRange(own.Start, own.Length);
            bytes.InsertRange(own.Start, other.Of(learned).ToArray());
        }

        return [.. bytes];
    }
}
