using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>The protocol's words for the end of an answer and for the parts that are neither text nor calls.</summary>
internal static class GeminiJson
{
    /// <summary>The protocol's name, for what only its servers read.</summary>
    public const string Protocol = "gemini";

    /// <summary>The property of a call that holds its thought signature, by the protocol's own name.</summary>
    public const string Signature = "thoughtSignature";

    private const string AnyType = "application/octet-stream";

    /// <summary>The protocol's finish reason in the contract's words.</summary>
    public static ChatFinishReason FinishReason(string raw, bool hasCalls) => raw switch
    {
        "STOP" => hasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        "MAX_TOKENS" => ChatFinishReason.Length,
        "SAFETY" or "RECITATION" or "LANGUAGE" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" => ChatFinishReason.ContentFilter,
        _ => raw.StartsWith("IMAGE_", StringComparison.Ordinal) ? ChatFinishReason.ContentFilter : new ChatFinishReason(raw),
    };

    /// <summary>Data, a link, or a part that goes back as it came: code that the server ran, its other tools, and whatever is not known.</summary>
    /// <exception cref="JsonException">It is no object, or a known member has the wrong shape.</exception>
    public static AIContent? ToContent(JsonElement part)
    {
        if (part.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            throw new JsonException("A part must be an object.");
        }

        if (part.TryGetObject("inlineData"u8, out JsonElement data))
        {
            return Inline(data);
        }

        if (part.TryGetObject("fileData"u8, out JsonElement file) && file.DecodedText("fileUri"u8) is { Length: > 0 } address)
        {
            return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? new UriContent(uri, MediaType(file) ?? AnyType) : new HostedFileContent(address) { MediaType = MediaType(file) };
        }

        return part.ValueKind == JsonValueKind.Null || part.EnumerateObject().All(SaysNothing) ? null : OwnContent.Create(part, OwnContent.GeminiPart);
    }

    // Of itself: a signature belongs to something else.
    private static bool SaysNothing(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Null || member.NameText() is "thought" or Signature;

    private static DataContent Inline(JsonElement data)
    {
        string base64 = data.DecodedText("data"u8);
        return Base64.IsValid(base64) ? new DataContent(Convert.FromBase64String(base64), MediaType(data) ?? AnyType) : throw new JsonException("inlineData must be base64.");
    }

    // The contract's contents take no other.
    private static string? MediaType(JsonElement owner) => owner.DecodedText("mimeType"u8) is not { Length: > 0 } type ? null
        : MediaTypeHeaderValue.TryParse(type, out _) ? type
        : throw new JsonException("mimeType must be a media type.");
}
