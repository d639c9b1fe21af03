using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>The bytes of UTF-8 that a model reads or writes, as far as they are text.</summary>
internal static class ContentBytes
{
    /// <summary>The bytes of contents: text, reasoning, tool calls and results. Images and other data have none.</summary>
    public static long Of(IList<AIContent> contents)
    {
        long bytes = 0;
        for (int index = 0; index < contents.Count; index++)
        {
            bytes += Of(contents[index]);
        }

        return bytes;
    }

    /// <summary>The bytes of a text.</summary>
    public static long Of(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    /// <summary>The bytes of a request: messages, instructions and tools.</summary>
    public static long Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        long bytes = Of(options?.Instructions);
        foreach (ChatMessage message in messages)
        {
            bytes += Of(message.Contents);
        }

        foreach (AITool tool in options?.Tools ?? [])
        {
            bytes += Of(tool.Name) + Of(tool.Description) + (tool is AIFunctionDeclaration function ? Of(function.JsonSchema) : 0);
        }

        return bytes;
    }

    /// <summary>Whether text is all that messages hold, so that their tokens say something about their bytes.</summary>
    public static bool AreText(IReadOnlyList<ChatMessage> messages) => messages.All(static message =>
        message.Contents.All(static content => content is TextContent or TextReasoningContent or FunctionCallContent or FunctionResultContent));

    /// <summary>The bytes of a content; an image or other data has none.</summary>
    public static long Of(AIContent content) => content switch
    {
        TextContent text => Of(text.Text),
        TextReasoningContent reasoning => Of(reasoning.Text),
        FunctionCallContent call => Of(call.Name) + (call.Arguments?.Sum(static argument => Of(argument.Key) + OfValue(argument.Value)) ?? 0),

        // A refusal is written by the model.
        ErrorContent error => Of(error.Message),
        FunctionResultContent result => OfValue(result.Result),
        _ => 0,
    };

    private static long OfValue(object? value) => value switch
    {
        null => 0,
        string text => Of(text),
        JsonElement json => Of(json),
        ValueType and IFormattable number => Of(number.ToString(null, CultureInfo.InvariantCulture)),
        AIContent content => Of(content),
        IReadOnlyCollection<AIContent> contents => contents.Sum(Of),

        // What another object becomes on the wire is its serializer's business.
        _ => 0,
    };

    private static long Of(JsonElement json) => json.ValueKind is JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(json).Length;
}
