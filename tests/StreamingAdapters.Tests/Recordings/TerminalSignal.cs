using System.Text.Json;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>
/// Finds in raw text, without any decoder of ours, what says that an answer is whole: Ollama's line with <c>done:true</c>, chat completions' <c>[DONE]</c>,
/// or a whole body that was not streamed. A chunk's finish reason is seen in the updates.
/// </summary>
internal static class TerminalSignal
{
    public static string[] Lines(string text) => text.Split('\n', '\r');

    /// <summary>The data lines of server-sent events.</summary>
    public static IEnumerable<string> Data(string text) =>
        Lines(text).Where(static line => line.StartsWith("data:", StringComparison.Ordinal)).Select(static line => line["data:".Length..].Trim());

    /// <summary>Whether it is one JSON object that says it.</summary>
    public static bool Has(string json, Func<JsonElement, bool> isSignal)
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
