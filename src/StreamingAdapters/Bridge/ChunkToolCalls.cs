using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Bridge;

/// <summary>Tool calls of chunks to contents and back.</summary>
internal static class ChunkToolCalls
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The content for a call; the call itself stays beside it, so that the way back finds the arguments' own text.</summary>
    /// <exception cref="ChatStreamException">The call has no name.</exception>
    public static FunctionCallContent Read(ChunkToolCall? call, string? provider)
    {
        if (string.IsNullOrEmpty(call?.Function?.Name))
        {
            throw new ChatStreamException(
                ChatErrorKind.MalformedStream, "A chunk has a tool call without a function name. Give whole calls in 'tool_calls', not pieces of them.") { Provider = provider };
        }

        FunctionCallContent content = FunctionCalls.Create(call.Id, call.Function.Name, call.Function.Arguments);
        content.RawRepresentation = call;
        return content;
    }

    /// <summary>The calls of an update; null when it has none.</summary>
    public static List<ChunkToolCall>? Write(IList<AIContent> contents)
    {
        List<ChunkToolCall>? calls = null;
        for (int index = 0; index < contents.Count; index++)
        {
            if (contents[index] is FunctionCallContent call)
            {
                (calls ??= []).Add(Write(call));
            }
        }

        return calls;
    }

    private static ChunkToolCall Write(FunctionCallContent call)
    {
        string arguments = Arguments(call);
        return call.RawRepresentation is ChunkToolCall raw && IsUnchanged(call, arguments, raw)
            ? raw
            : new ChunkToolCall { Id = call.CallId, Function = new ChunkFunction { Name = call.Name, Arguments = arguments } };
    }

    // A stage may have changed the content since it was made.
    private static bool IsUnchanged(FunctionCallContent call, string arguments, ChunkToolCall raw) =>
        raw is { Id: { } id, Function: { Name: { } name } function }
        && (id, name) == (call.CallId, call.Name)
        && Arguments(FunctionCalls.Create(id, name, function.Arguments)) == arguments;

    private static string Arguments(FunctionCallContent call)
    {
        if (call.Arguments is not { } arguments)
        {
            return PropertyReader.Text(call.AdditionalProperties?.GetValueOrDefault(StreamingKeys.ArgumentsRaw)) ?? "{}";
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            JsonSerializer.Serialize(writer, arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
