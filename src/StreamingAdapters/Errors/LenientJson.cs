using System.Text.Json;

namespace StreamingAdapters.Errors;

/// <summary>Parses JSON that is cut off, nested too deeply or followed by something else, as far as it is sound.</summary>
/// <remarks>Servers echo whole requests behind their message (FastAPI's <c>input</c>): what is read of the body ends in the middle of the echo.</remarks>
internal static class LenientJson
{
    /// <summary>The document, or what of it is complete; null when not even its first bracket is.</summary>
    internal static JsonDocument? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            byte[] closed = Close(json.Span);
            return closed.Length > 0 ? JsonDocument.Parse(closed) : null;
        }
    }

    // Keeps everything up to the last complete value and closes what is still open there.
    private static byte[] Close(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, state: default);
        var open = new Stack<byte>();
        int end = 0;
        while (TryRead(ref reader))
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    continue;
                case JsonTokenType.StartObject:
                    open.Push((byte)'}');
                    break;
                case JsonTokenType.StartArray:
                    open.Push((byte)']');
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    break;
            }

            end = (int)reader.BytesConsumed;
        }

        return [.. json[..end], .. open];
    }

    private static bool TryRead(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
