using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>JSON strings as the emulated servers write them: everything outside ASCII stays as it is, unlike in System.Text.Json.</summary>
internal static class JsonText
{
    /// <summary>A quoted JSON string. Go's encoder, and so Ollama, also escapes the characters that mean something in HTML.</summary>
    public static string Quote(string? text, bool escapesHtml = false) => text is null ? "null" : $"\"{Escape(text, escapesHtml)}\"";

    public static string Escape(string text, bool escapesHtml = false)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => result.Append("\\\""),
                '\\' => result.Append("\\\\"),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                < ' ' => AppendCode(result, c),
                '<' or '>' or '&' or '\u2028' or '\u2029' when escapesHtml => AppendCode(result, c),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    /// <summary>The element without any blank between its tokens, its strings unchanged.</summary>
    public static string Compact(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', element.EnumerateObject().Select(static p => $"{Quote(p.Name)}:{Compact(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Compact))}]",
        JsonValueKind.String => Quote(element.Unescape()),
        _ => element.GetRawText(),
    };

    private static StringBuilder AppendCode(StringBuilder text, char c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
