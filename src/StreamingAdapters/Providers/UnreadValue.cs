using System.Buffers;
using System.Text.Json;

namespace StreamingAdapters.Providers;

/// <summary>A value of a frame that nobody reads, and that may be another one in the next frame: a string without escapes, or a whole number.</summary>
/// <param name="Start">The first byte, behind a string's quote.</param>
/// <param name="End">The byte after the last.</param>
/// <param name="IsNumber">Whether it is a number.</param>
internal readonly record struct UnreadValue(int Start, int End, bool IsNumber)
{
    // What timestamps, padding and ids are made of; a quote is the first thing around them.
    private static readonly SearchValues<byte> OfStrings = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-.:/_="u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    private SearchValues<byte> Characters => IsNumber ? Digits : OfStrings;

    /// <summary>Makes one of a value that can be skipped without a parser; false for any other.</summary>
    public static bool TryCreate(JsonSlice slice, ReadOnlySpan<byte> frame, out UnreadValue value)
    {
        value = new UnreadValue(slice.Start, slice.End, slice.Type == JsonTokenType.Number);
        return slice.Type is JsonTokenType.String or JsonTokenType.Number && !slice.Of(frame).ContainsAnyExcept(value.Characters);
    }

    /// <summary>Skips such a value at the beginning.</summary>
    public bool TrySkipStart(ref ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAnyExcept(Characters);
        bool isValid = end >= 0 && (!IsNumber || IsWholeNumber(bytes[..end]));
        bytes = isValid ? bytes[end..] : bytes;
        return isValid;
    }

    /// <summary>Skips such a value at the end.</summary>
    public bool TrySkipEnd(ref ReadOnlySpan<byte> bytes)
    {
        int start = bytes.LastIndexOfAnyExcept(Characters) + 1;
        bool isValid = !IsNumber || IsWholeNumber(bytes[start..]);
        bytes = isValid ? bytes[..start] : bytes;
        return isValid;
    }

    private static bool IsWholeNumber(ReadOnlySpan<byte> digits) => digits.Length == 1 || (digits.Length > 1 && digits[0] != '0');
}
