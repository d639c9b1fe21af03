using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Json;

/// <summary>
/// JSON strings to text. Unlike <see cref="Utf8JsonReader.GetString"/> it never throws: half surrogate escapes stay half (some servers cut emoji by
/// UTF-16 unit, and the other half comes in the next delta), and bytes that are not UTF-8 become U+FFFD.
/// </summary>
internal static class JsonText
{
    private const int MaxOnStack = 512;
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Decodes what stands between the quotes of a valid JSON string.</summary>
    public static string Decode(ReadOnlySpan<byte> escaped)
    {
        int backslash = escaped.IndexOf((byte)'\\');
        return backslash < 0 ? Encoding.UTF8.GetString(escaped) : DecodeEscaped(escaped, backslash);
    }

    /// <summary>The element's string with half surrogates replaced; null when it is no string.</summary>
    public static string? GetString(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        ReadOnlySpan<byte> quoted = JsonMarshal.GetRawUtf8Value(element);
        return ReplaceHalves(Decode(quoted[1..^1]));
    }

    /// <summary>Surrogates without their other half become U+FFFD.</summary>
    public static string ReplaceHalves(string text)
    {
        int half = NextHalf(text, 0);
        if (half < 0)
        {
            return text;
        }

        char[] chars = text.ToCharArray();
        for (; half >= 0; half = NextHalf(chars, half + 1))
        {
            chars[half] = '\uFFFD';
        }

        return new string(chars);
    }

    /// <summary>The length of the escape at the start, backslash included; 0 when JSON has no such escape.</summary>
    public static int EscapeLength(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 2)
        {
            return 0;
        }

        if (escape[1] == 'u')
        {
            return escape.Length >= 6 && !escape[2..6].ContainsAnyExcept(HexDigits) ? 6 : 0;
        }

        return "\"\\/bfnrt"u8.Contains(escape[1]) ? 2 : 0;
    }

    private static string DecodeEscaped(ReadOnlySpan<byte> escaped, int backslash)
    {
        char[]? rented = escaped.Length > MaxOnStack ? ArrayPool<char>.Shared.Rent(escaped.Length) : null;
        Span<char> chars = rented ?? stackalloc char[MaxOnStack];
        int written = 0;
        while (backslash >= 0)
        {
            written += Encoding.UTF8.GetChars(escaped[..backslash], chars[written..]);
            chars[written++] = Unescape(escaped[(backslash + 1)..], out int length);
            escaped = escaped[(backslash + 1 + length)..];
            backslash = escaped.IndexOf((byte)'\\');
        }

        written += Encoding.UTF8.GetChars(escaped, chars[written..]);
        string text = new(chars[..written]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return text;
    }

    private static char Unescape(ReadOnlySpan<byte> afterBackslash, out int length)
    {
        length = 1;
        switch (afterBackslash[0])
        {
            case (byte)'b': return '\b';
            case (byte)'f': return '\f';
            case (byte)'n': return '\n';
            case (byte)'r': return '\r';
            case (byte)'t': return '\t';
            case (byte)'u':
                length = 5;
                return (char)ushort.Parse(afterBackslash[1..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            default: return (char)afterBackslash[0];
        }
    }

    private static int NextHalf(ReadOnlySpan<char> text, int start)
    {
        for (int i = start; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return i;
            }

            i++;
        }

        return -1;
    }
}
