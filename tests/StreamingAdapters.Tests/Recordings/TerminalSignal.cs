using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>Finds in raw bytes, without any decoder of ours, what says that an answer is whole.</summary>
internal static class TerminalSignal
{
    /// <summary>Ollama: a line with <c>done:true</c>. Chat completions: <c>[DONE]</c>, or a whole body that was not streamed. A chunk's finish reason is seen in the updates.</summary>
    public static bool IsIn(string decoder, ReadOnlySpan<byte> prefix)
    {
        string text = Encoding.UTF8.GetString(prefix);
        string[] lines = text.Split('\n', '\r');
        return decoder == "ollama"
            ? lines.Any(static line => Has(line, static root => root.TryGetProperty("done", out JsonElement done) && done.ValueKind is JsonValueKind.True))
            : lines.Any(static line => line.StartsWith("data:", StringComparison.Ordinal) && line["data:".Length..].Trim() == "[DONE]")
                || Has(text, static root => root.TryGetProperty("choices", out _));
    }

    private static bool Has(string json, Func<JsonElement, bool> isSignal)
    {
        if (!json.StartsWith('{'))
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return isSignal(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
