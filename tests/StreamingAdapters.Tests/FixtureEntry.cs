using System.Text.Json;

namespace StreamingAdapters.Tests;

/// <summary>One line of INDEX.json.</summary>
internal sealed record FixtureEntry(string File, string Expected, string Decoder, string Protocol, string Provider, string? Request, int? HttpStatus, string? ContentType)
{
    public static FixtureEntry Read(JsonElement entry) => new(
        Text(entry, "file")!,
        Text(entry, "expected")!,
        Text(entry, "decoder")!,
        Text(entry, "protocol")!,
        Text(entry, "provider")!,
        Text(entry, "request"),
        entry.TryGetProperty("http_status", out JsonElement status) && status.ValueKind is JsonValueKind.Number ? status.GetInt32() : null,
        Text(entry, "content_type"));

    public byte[] ReadBytes() => System.IO.File.ReadAllBytes(Path.Combine(Fixtures.Root, File));

    public JsonElement ReadExpected() => Parse(Expected);

    public JsonElement? ReadRequest() => Request is null ? null : Parse(Request);

    private static JsonElement Parse(string file)
    {
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(Fixtures.Root, file)));
        return document.RootElement.Clone();
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
