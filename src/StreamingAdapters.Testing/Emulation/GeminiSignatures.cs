using System.Collections.Concurrent;
using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>The signatures that a server gave, one for the first call of each step, and whether they come back on it: Gemini 3 asks for that.</summary>
internal sealed class GeminiSignatures
{
    // Google's word for calls that another model made.
    private const string Unchecked = "skip_thought_signature_validator";

    private readonly ConcurrentDictionary<string, string> _functions = new(StringComparer.Ordinal);

    public string Sign(EmulatedToolCall call)
    {
        string signature = $"CmIB{call.Id}";
        _functions[signature] = call.Name;
        return signature;
    }

    /// <summary>The function whose call came back without the signature that it had, and null for none. Calls of others need none.</summary>
    public string? FindUnsigned(GeminiContents contents) => contents.FirstCalls.Where(part => !IsSigned(part)).Select(NameOf).FirstOrDefault();

    private static string? NameOf(JsonElement part) => part.Member("functionCall")?.Text("name");

    private bool IsSigned(JsonElement part)
    {
        string signature = part.Text("thoughtSignature") ?? "";
        string? name = NameOf(part);
        return signature == Unchecked || _functions.GetValueOrDefault(signature) == name || !_functions.Values.Contains(name, StringComparer.Ordinal);
    }
}
