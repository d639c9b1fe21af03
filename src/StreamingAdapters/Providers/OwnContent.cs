using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers;

/// <summary>What a provider made for itself and wants back: whose it is, so that no other one gets it when a conversation goes on elsewhere.</summary>
internal static class OwnContent
{
    /// <summary>The property of a content that is a block of Anthropic's Messages.</summary>
    public const string AnthropicBlock = "anthropic_block";

    /// <summary>The property of a content that is a part of Gemini's.</summary>
    public const string GeminiPart = "gemini_part";

    /// <summary>The property of a content that is an item of OpenAI's Responses.</summary>
    public const string OpenAIItem = "openai_item";

    /// <summary>The property of a content that is an event of LM Studio's own API.</summary>
    public const string LMStudioItem = "lmstudio_item";

    private static readonly string[] Names = [AnthropicBlock, GeminiPart, OpenAIItem, LMStudioItem];

    /// <summary>A content that goes back as it came, readable and savable also where its JSON holds half a character.</summary>
    /// <param name="raw">What the provider made.</param>
    /// <param name="name">The provider's own property.</param>
    public static AIContent Create(JsonElement raw, string name)
    {
        JsonElement whole = JsonRepair.ToReadable(raw);
        return new AIContent { RawRepresentation = whole, AdditionalProperties = new AdditionalPropertiesDictionary { [name] = whole } };
    }

    /// <summary>The JSON of a content that goes back as it came; null for none, and for another provider's. A conversation that was saved keeps the property alone.</summary>
    /// <param name="content">The content.</param>
    /// <param name="name">The provider's own property; what nobody has marked is the application's, and goes to any.</param>
    public static JsonObject? Raw(AIContent content, string name)
    {
        object? own = content.AdditionalProperties?.GetValueOrDefault(name);
        bool isOfAnother = own is null && content.AdditionalProperties is { } properties && Array.Exists(Names, properties.ContainsKey);
        return (isOfAnother ? null : own ?? content.RawRepresentation) switch
        {
            JsonObject raw => raw.DeepClone().AsObject(),
            JsonElement { ValueKind: JsonValueKind.Object } raw => JsonRepair.ToObject(raw),
            _ => null,
        };
    }

    /// <summary>What reasoning that a provider protects says of it.</summary>
    public static AdditionalPropertiesDictionary ProtectedBy(string protocol) => new() { [StreamingKeys.ProtectedBy] = protocol };

    /// <summary>The protected form of reasoning, to send back; null where there is none, or it is another's. What nobody has marked goes to any.</summary>
    public static string? ProtectedData(TextReasoningContent reasoning, string protocol)
    {
        string? owner = reasoning.AdditionalProperties?.GetValueOrDefault(StreamingKeys.ProtectedBy)?.ToString();

        // What chat completions protect is a list of JSON, which is never a signature.
        bool isOfAnother = (owner is not null && owner != protocol) || reasoning.ProtectedData is ['[', ..];
        return isOfAnother || string.IsNullOrEmpty(reasoning.ProtectedData) ? null : reasoning.ProtectedData;
    }
}
