using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Errors;

/// <summary>Reads members of an error body that may be damaged: lone surrogate escapes and invalid UTF-8 become U+FFFD, nothing throws.</summary>
internal static class ErrorJson
{
    // Codes are integers that some servers write as 429.0; anything larger is no code.
    private const double LargestCode = 1e15;

    /// <summary>The member if it is a string that is not blank.</summary>
    internal static string? GetString(JsonElement element, ReadOnlySpan<byte> name) => NotBlank(element.Text(name));

    /// <summary>The member if it is a string that is not blank, or a number in its shortest form (429.0 is "429").</summary>
    internal static string? GetCode(JsonElement element, ReadOnlySpan<byte> name)
    {
        if (!element.TryGet(name, out JsonElement value))
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
        element.TryGet(name, out JsonElement value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    /// <summary>A string's characters, or the JSON of any other value.</summary>
    internal static string Text(JsonElement value) => JsonText.GetString(value) ?? Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));

    internal static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
