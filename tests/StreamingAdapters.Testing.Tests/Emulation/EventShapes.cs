using System.Text.Json;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>Server-sent events, and what they are made of: names of members at every depth, values aside.</summary>
internal static class EventShapes
{
    public static IEnumerable<JsonElement> Events(string body) =>
        body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => ServerClient.Parse(line["data: ".Length..].TrimEnd('\r')));

    /// <summary>The shapes of a body.</summary>
    /// <param name="body">The events.</param>
    /// <param name="loose">Members that only some recorded events have, or whose shape depends on what was asked.</param>
    public static IReadOnlyList<string> Of(string body, params string[] loose) => [.. Events(body).Select(element => Shape(element, loose))];

    /// <summary>The shapes of all recorded events of a folder.</summary>
    public static HashSet<string> Recorded(string folder, params string[] loose) =>
        [.. Directory.EnumerateFiles(Path.Combine(FixtureFolder.Root!, folder), "*.sse").SelectMany(file => Of(File.ReadAllText(file), loose))];

    private static string Shape(JsonElement element, string[] loose) => element.ValueKind switch
    {
        JsonValueKind.Object => Shape(element.EnumerateObject(), loose),
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(item => Shape(item, loose)))}]",
        _ => "_",
    };

    private static string Shape(IEnumerable<JsonProperty> members, string[] loose)
    {
        string type = members.FirstOrDefault(member => member.Name == "type").Value is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";
        IEnumerable<string> shapes = members.Where(member => !loose.Contains(member.Name)).OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{Shape(member.Value, loose)}");
        return $"{type}{{{string.Join(',', shapes)}}}";
    }
}
