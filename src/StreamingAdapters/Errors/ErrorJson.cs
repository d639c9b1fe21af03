using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Errors;

/// <summary>Reads members of an error body that may be damaged: lone surrogate escapes and invalid UTF-8 become U+FFFD, nothing throws.</summary>
internal static class ErrorJson
{
    // Codes are integers that some servers write as 429.0; anything larger is no code.
    private const double LargestCode = 1e15;

    /// <summary>The member's value; false when it is absent or null.</summary>
    internal static bool TryGet(JsonElement element, ReadOnlySpan<byte> name, out JsonElement value)
    {
        value = default;
        if (element.ValueKind is not JsonValueKind.Object)
        {
            return false;
        }

        // TryGetProperty unescapes names and throws on a lone surrogate in any of them.
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Value.ValueKind is not JsonValueKind.Null && JsonMarshal.GetRawUtf8PropertyName(property).SequenceEqual(name))
            {
                value = property.Value;
            }
        }

        return value.ValueKind is not JsonValueKind.Undefined;
    }

    /// <summary>The member if it is a string that is not blank.</summary>
    internal static string? GetString(JsonElement element, ReadOnlySpan<byte> name) =>
        TryGet(element, name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? NotBlank(Text(value)) : null;

    /// <summary>The member if it is a string that is not blank, or a number in its shortest form (429.0 is "429").</summary>
    internal static string? GetCode(JsonElement element, ReadOnlySpan<byte> name)
    {
        if (!TryGet(element, name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => NotBlank(Text(value)),
            JsonValueKind.Number => double.IsInteger(value.GetDouble()) && Math.Abs(value.GetDouble()) < LargestCode
                ? value.GetDouble().ToString("F0", CultureInfo.InvariantCulture)
                : Text(value),
            _ => null,
        };
    }

    /// <summary>The member if it is a whole number.</summary>
    internal static long? GetNumber(JsonElement element, ReadOnlySpan<byte> name) =>
        TryGet(element, name, out JsonElement value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    /// <summary>A string's characters, or the JSON of any other value.</summary>
    internal static string Text(JsonElement value)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        return value.ValueKind is JsonValueKind.String ? Unescape(Encoding.UTF8.GetString(raw[1..^1])) : Encoding.UTF8.GetString(raw);
    }

    internal static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    // JsonElement.GetString throws on a lone surrogate; the reader has already checked that every escape is well formed.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not '\\')
            {
                builder.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] is 'u')
            {
                builder.Append((char)ushort.Parse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                builder.Append(Unescape(text[i]));
            }
        }

        return ReplaceLoneSurrogates(builder.ToString());
    }

    private static char Unescape(char escaped) => escaped switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => escaped,
    };

    /// <summary>The text with U+FFFD for every half of a surrogate pair.</summary>
    internal static string ReplaceLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
