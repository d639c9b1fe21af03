using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Makes the smallest JSON value that satisfies a JSON schema's required properties by their types.</summary>
internal static class SchemaSample
{
    private const int DeepestLevel = 16;

    public static string Create(JsonElement schema) => Create(schema, schema, "value", 0);

    private static string Create(JsonElement schema, JsonElement root, string name, int level)
    {
        if (level > DeepestLevel || schema.ValueKind is not JsonValueKind.Object)
        {
            return "{}";
        }

        if (schema.Text("$ref") is { } reference)
        {
            return Resolve(root, reference) is { } target ? Create(target, root, name, level + 1) : "{}";
        }

        if (schema.Member("const") is { } constant)
        {
            return JsonText.Compact(constant);
        }

        foreach (string choice in (ReadOnlySpan<string>)["enum", "anyOf", "oneOf", "allOf"])
        {
            if (schema.Items(choice).Take(1).ToArray() is [var first])
            {
                return choice is "enum" ? JsonText.Compact(first) : Create(first, root, name, level + 1);
            }
        }

        return OfType(schema, root, name, level);
    }

    private static string OfType(JsonElement schema, JsonElement root, string name, int level) => schema.Strings("type").FirstOrDefault("object") switch
    {
        "string" => JsonText.Quote(TextFor(schema, name)),
        "integer" or "number" => schema.Member("minimum") is { ValueKind: JsonValueKind.Number } least ? least.GetRawText() : "7",
        "boolean" => "true",
        "null" => "null",
        "array" => $"[{string.Join(',', ItemsOf(schema, root, name, level))}]",
        _ => $"{{{string.Join(',', PropertiesOf(schema, root, level))}}}",
    };

    private static string TextFor(JsonElement schema, string name) => schema.Text("format") switch
    {
        "date-time" => "2026-01-01T00:00:00Z",
        "date" => "2026-01-01",
        "time" => "00:00:00Z",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "email" => "sample@example.com",
        "uri" => "https://example.com/",
        _ => $"sample {name}".PadRight(Math.Max(0, schema.Number("minLength") ?? 0), 'x'),
    };

    private static IEnumerable<string> ItemsOf(JsonElement schema, JsonElement root, string name, int level) =>
        schema.Member("items") is { } items
            ? Enumerable.Repeat(Create(items, root, name, level + 1), Math.Max(1, schema.Number("minItems") ?? 1))
            : [];

    // Without "required" every property is given: a sample that shows nothing tests nothing.
    private static IEnumerable<string> PropertiesOf(JsonElement schema, JsonElement root, int level)
    {
        if (schema.Member("properties") is not { ValueKind: JsonValueKind.Object } properties)
        {
            return [];
        }

        HashSet<string> required = [.. schema.Strings("required")];
        return properties.EnumerateObject()
            .Where(property => schema.Member("required") is null || required.Contains(property.Name))
            .Select(property => $"{JsonText.Quote(property.Name)}:{Create(property.Value, root, property.Name, level + 1)}");
    }

    private static JsonElement? Resolve(JsonElement root, string reference)
    {
        JsonElement? found = root;
        foreach (string step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = found?.Member(step);
        }

        return found;
    }
}
