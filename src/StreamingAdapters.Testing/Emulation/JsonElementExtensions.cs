using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Lenient reading of requests: a member that is missing, null or of another shape gives nothing.</summary>
internal static class JsonElementExtensions
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value ? Unescape(value) : null;

    public static int? Number(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) ? number : null;

    public static bool? Flag(this JsonElement element, string name) => element.Member(name) is { } value
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    public static IEnumerable<string> Strings(this JsonElement element, string name) => element.Member(name) switch
    {
        { ValueKind: JsonValueKind.String } one => [Unescape(one)],
        { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Where(static i => i.ValueKind is JsonValueKind.String).Select(Unescape),
        _ => [],
    };

    /// <summary>The string's text. System.Text.Json refuses lone surrogate escapes; a server must not fail for them, so they stay escaped.</summary>
    public static string Unescape(this JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText()[1..^1];
        }
    }
}
