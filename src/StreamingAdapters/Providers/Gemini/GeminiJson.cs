using System.Buffers.Text;
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

    /// <summary>The protocol's finish reason in the contract's words.</summary>
    public static ChatFinishReason FinishReason(string raw, bool hasCalls) => raw switch
    {
        "STOP" => hasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        "MAX_TOKENS" => ChatFinishReason.Length,
        "SAFETY" or "RECITATION" or "LANGUAGE" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" => ChatFinishReason.ContentFilter,
        _ => raw.StartsWith("IMAGE_", StringComparison.Ordinal) ? ChatFinishReason.ContentFilter : new ChatFinishReason(raw),
    };

    /// <summary>Data, a link, or a part that goes back as it came: code that the server ran, its other tools, and whatever is not known.</summary>
    public static AIContent? ToContent(JsonElement part)
    {
        if (part.TryGetObject("inlineData"u8, out JsonElement data))
        {
            string base64 = data.Text("data"u8) ?? "";
            return Base64.IsValid(base64) ? new DataContent(Convert.FromBase64String(base64), data.Text("mimeType"u8) ?? "application/octet-stream") : throw new JsonException("inlineData must be base64.");
        }

        if (part.TryGetObject("fileData"u8, out JsonElement file))
        {
            return Uri.TryCreate(file.Text("fileUri"u8), UriKind.Absolute, out Uri? uri) ? new UriContent(uri, file.Text("mimeType"u8) ?? "application/octet-stream") : null;
        }

        bool isEmpty = part.ValueKind != JsonValueKind.Object || !part.EnumerateObject().Any();
        return isEmpty ? null : new AIContent
        {
            RawRepresentation = part,
            AdditionalProperties = new AdditionalPropertiesDictionary { [OwnContent.GeminiPart] = part },
        };
    }
}
