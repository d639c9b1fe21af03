using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Generators of what stands between the quotes of a JSON string.</summary>
internal static class JsonGen
{
    private static readonly Gen<string> Plain = Gen.Elements("a", "Z", " ", "é", "漢", "👩", "\u2028", "\u007f", ":", ",", "}", "{", "'", "/", "u", "n", "0041", "e9");

    private static readonly Gen<string> Escape = Gen.Elements("\\n", "\\r", "\\t", "\\b", "\\f", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00E9", "\\u2028", "\\u0000");

    private static readonly Gen<string> AnyCharacter = Gen.Choose(0, 0xFFFF).Where(c => !char.IsSurrogate((char)c)).Select(c => $"\\u{c.ToString("x4", CultureInfo.InvariantCulture)}");

    private static readonly Gen<string> Pair = Gen.Elements("\\ud83d\\ude00", "\\uD834\\uDD1E", "\\udbff\\udfff");

    /// <summary>Valid, and without halves of surrogate pairs.</summary>
    public static Gen<string> ValidString { get; } = Join(Gen.Frequency((6, Plain), (3, Escape), (2, AnyCharacter), (1, Pair)));

    /// <summary>Valid, halves of surrogate pairs included.</summary>
    public static Gen<string> StringWithHalves { get; } = Join(Gen.Frequency((5, Plain), (3, Escape), (1, Pair), (2, Gen.Elements("\\ud83d", "\\ude00", "\\uDBFF", "\\uDC00"))));

    /// <summary>Anything: also what ends the string too early, breaks it, or looks like more members.</summary>
    public static Gen<string> AnyString { get; } = Join(Gen.Frequency(
        (8, Plain),
        (4, Escape),
        (1, Gen.Elements("\\ud83d", "\\ude00")),
        (2, Gen.Elements("\"", "\\", "\\x", "\\u12", "\\u00g0", "\n", "\t", "\0", "\u001f", "\",\"x\":\"", "\"},\"done\":true,\"x\":{\"y\":\"", "\\\",\"", "\"}", "null", "]"))));

    private static Gen<string> Join(Gen<string> piece) => piece.ListOf().Select(string.Concat);
}
