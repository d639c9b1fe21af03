using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Streams;

/// <summary>Arguments of a tool call, however a server writes them, to a call.</summary>
internal static class FunctionCalls
{
    private const string OwnPrefix = "call_";

    /// <summary>A call whose arguments came as text.</summary>
    /// <param name="callId">The server's id; null or empty makes a unique one.</param>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">JSON. Empty and <c>null</c> (sent by Groq for tools without parameters) mean none; anything but an object is
    /// kept as text, with an exception.</param>
    public static FunctionCallContent Create(string? callId, string name, string arguments)
    {
        string text = arguments.Trim();
        var call = new FunctionCallContent(string.IsNullOrEmpty(callId) ? NewId() : callId, name);
        if (text is "" or "null")
        {
            call.Arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
            return call;
        }

        call.Arguments = Parse(text);
        if (call.Arguments is null)
        {
            call.Exception = new FormatException(
                $"The arguments of a call of the tool '{name}' are not a JSON object; their text is in AdditionalProperties[\"{StreamingKeys.ArgumentsRaw}\"].");
            call.AdditionalProperties = new AdditionalPropertiesDictionary { [StreamingKeys.ArgumentsRaw] = arguments };
        }

        return call;
    }

    /// <summary>Whether an id was made here, for want of one from the server.</summary>
    public static bool IsOwnId(string callId) => callId.StartsWith(OwnPrefix, StringComparison.Ordinal) && Guid.TryParseExact(callId.AsSpan(OwnPrefix.Length), "N", out _);

    // Servers without ids exist in several protocols; two calls of one tool must still differ.
    private static string NewId() => $"{OwnPrefix}{Guid.NewGuid():N}";

    private static Dictionary<string, object?>? Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonRepair.Repair(json));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.Clone().EnumerateObject())
            {
                arguments[property.Name] = property.Value.ValueKind == JsonValueKind.Null ? null : property.Value;
            }

            return arguments;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
