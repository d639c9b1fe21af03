using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Reads the calls that a user message asks for: <c>call:NAME {json}</c>, once or several times, the arguments optional.</summary>
internal static class CallScript
{
    private const string Prefix = "call:";

    public static IEnumerable<(string Name, string Arguments)> Read(string text)
    {
        int at = 0;
        while ((at = text.IndexOf(Prefix, at, StringComparison.Ordinal)) >= 0)
        {
            at += Prefix.Length;
            int end = at;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
            {
                end++;
            }

            if (end > at)
            {
                string name = text[at..end];
                (string arguments, at) = ReadArguments(text, end);
                yield return (name, arguments);
            }
        }
    }

    private static (string Arguments, int End) ReadArguments(string text, int at)
    {
        int start = at;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        if (start == text.Length || text[start] != '{')
        {
            return ("{}", at);
        }

        byte[] rest = Encoding.UTF8.GetBytes(text[start..]);
        var reader = new Utf8JsonReader(rest);
        try
        {
            using JsonDocument arguments = JsonDocument.ParseValue(ref reader);
            int length = Encoding.UTF8.GetCharCount(rest, 0, (int)reader.BytesConsumed);
            return (JsonText.Compact(arguments.RootElement), start + length);
        }
        catch (JsonException)
        {
            return ("{}", at);
        }
    }
}
