using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamingAdapters.Testing;

/// <summary>What faults do to the tool calls of chat completions, lazily. The renderer puts one entry of <c>tool_calls</c> into a frame.</summary>
internal static class ToolCallShapes
{
    /// <summary>Changes every entry; the second argument is the entry that the call began with, as it was.</summary>
    public static IEnumerable<Frame> Change(IEnumerable<Frame> frames, Action<JsonObject, JsonObject> change)
    {
        JsonObject? start = null;
        foreach (Frame frame in frames)
        {
            if (frame.Kind is not FrameKind.ToolCall)
            {
                yield return frame;
                continue;
            }

            JsonNode chunk = JsonNode.Parse(frame.Payload)!;
            JsonObject entry = EntryOf(chunk);
            start = entry.ContainsKey("id") ? entry.DeepClone().AsObject() : start;
            change(entry, start!);
            yield return ToFrame(FrameKind.ToolCall, chunk);
        }
    }

    /// <summary>Puts each call into the frame it begins with, its arguments as JSON.</summary>
    public static IEnumerable<Frame> WithObjectArguments(IEnumerable<Frame> frames)
    {
        JsonNode? call = null;
        var arguments = new StringBuilder();
        foreach (Frame frame in frames)
        {
            JsonNode? chunk = frame.Kind is FrameKind.ToolCall ? JsonNode.Parse(frame.Payload) : null;
            bool goesOn = chunk is not null && !EntryOf(chunk).ContainsKey("id");
            if (call is not null && !goesOn)
            {
                EntryOf(call)["function"]!["arguments"] = JsonNode.Parse(arguments.ToString());
                yield return ToFrame(FrameKind.ToolCall, call);
                arguments.Clear();
                call = null;
            }

            if (chunk is null)
            {
                yield return frame;
                continue;
            }

            call ??= chunk;
            arguments.Append(EntryOf(chunk)["function"]!["arguments"]!.GetValue<string>());
        }
    }

    /// <summary>Sends the first call as <c>function_call</c>, and no other.</summary>
    public static IEnumerable<Frame> AsFunctionCall(IEnumerable<Frame> frames)
    {
        foreach (Frame frame in frames)
        {
            if (frame.Kind is FrameKind.Finish && JsonNode.Parse(frame.Payload)!["choices"]![0]! is var choice && choice["finish_reason"]!.GetValue<string>() == "tool_calls")
            {
                choice["finish_reason"] = "function_call";
                yield return ToFrame(FrameKind.Finish, choice.Root);
            }
            else if (frame.Kind is not FrameKind.ToolCall)
            {
                yield return frame;
            }
            else if (JsonNode.Parse(frame.Payload) is { } chunk && EntryOf(chunk) is var entry && entry["index"]!.GetValue<int>() == 0)
            {
                JsonObject delta = DeltaOf(chunk);
                delta["function_call"] = entry["function"]!.DeepClone();
                delta.Remove("tool_calls");
                yield return ToFrame(FrameKind.ToolCall, chunk);
            }
        }
    }

    private static JsonObject DeltaOf(JsonNode chunk) => chunk["choices"]![0]!["delta"]!.AsObject();

    private static JsonObject EntryOf(JsonNode chunk) => DeltaOf(chunk)["tool_calls"]![0]!.AsObject();

    private static Frame ToFrame(FrameKind kind, JsonNode chunk)
    {
        using var bytes = new MemoryStream();
        // Everything outside ASCII stays as it is, as in the frames around.
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            chunk.WriteTo(writer);
        }

        return new Frame(kind, bytes.ToArray());
    }
}
