using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>Contents to the parts of a message that is not the model's, and to what goes back as it came.</summary>
internal static class OpenAIResponsesParts
{
    /// <summary>The part that carries a content; null for one that is no part.</summary>
    public static JsonObject? ToPart(AIContent content) => content switch
    {
        TextContent text => new JsonObject { ["type"] = "input_text", ["text"] = text.Text },
        DataContent data when data.HasTopLevelMediaType("image") => Image("image_url", data.Uri, data),
        UriContent uri when uri.HasTopLevelMediaType("image") => Image("image_url", uri.Uri.AbsoluteUri, uri),
        HostedFileContent file when file.MediaType?.StartsWith("image/", StringComparison.Ordinal) is true => Image("file_id", file.FileId, file),
        DataContent data when data.HasTopLevelMediaType("audio") => Audio(data),
        DataContent data => new JsonObject { ["type"] = "input_file", ["filename"] = data.Name ?? "file", ["file_data"] = data.Uri },
        UriContent uri => new JsonObject { ["type"] = "input_file", ["file_url"] = uri.Uri.AbsoluteUri },
        HostedFileContent file => new JsonObject { ["type"] = "input_file", ["file_id"] = file.FileId },
        _ => null,
    };

    /// <summary>What a tool gave: text, or parts where it holds more than text.</summary>
    public static JsonNode Output(object? result)
    {
        AIContent[] contents = RequestBody.Contents(result);
        return contents.Length == 0 || Array.TrueForAll(contents, content => content is TextContent)
            ? RequestBody.ToText(result)
            : new JsonArray([.. contents.Select(ToPart).Where(part => part is not null)]);
    }

    /// <summary>Whether a property is true, also one that was saved.</summary>
    public static bool IsMarked(AIContent content, string name) =>
        RequestBody.ToBoolean(content.AdditionalProperties?.GetValueOrDefault(name)) is true;

    private static JsonObject Image(string member, string value, AIContent content)
    {
        var part = new JsonObject { ["type"] = "input_image", [member] = value };
        RequestBody.Set(part, "detail", content.AdditionalProperties?.GetValueOrDefault("detail")?.ToString());
        return part;
    }

    private static JsonObject Audio(DataContent data)
    {
        string format = data.MediaType switch
        {
            "audio/mpeg" or "audio/mp3" => "mp3",
            "audio/wav" or "audio/x-wav" or "audio/wave" => "wav",
            _ => data.MediaType["audio/".Length..],
        };
        return new JsonObject { ["type"] = "input_audio", ["input_audio"] = new JsonObject { ["data"] = data.Base64Data.ToString(), ["format"] = format } };
    }
}
