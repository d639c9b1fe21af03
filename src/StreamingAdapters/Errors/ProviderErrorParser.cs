using System.Buffers;
using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Errors;

/// <summary>Reads an error body of any known shape; never throws.</summary>
/// <remarks>
/// Text comes from <c>error.message</c>, <c>error</c>, <c>message</c>, <c>detail</c>, <c>errorMessage</c>, else the body itself, in this
/// order.
/// </remarks>
internal static class ProviderErrorParser
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);

    /// <summary>Reads a whole HTTP error body: JSON, a web page, text or nothing.</summary>
    internal static ProviderError Parse(ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> content = Trim(body);
        if (content.IsEmpty)
        {
            return new ProviderError();
        }

        string text = Encoding.UTF8.GetString(content.Span);
        if (text[0] is '<')
        {
            return new ProviderError { Message = MarkupText.Read(text), IsMarkup = true };
        }

        using JsonDocument? json = JsonOffset(content.Span) is var offset and >= 0 ? LenientJson.Parse(content[offset..]) : null;
        ProviderError error = json is null ? new ProviderError() : ErrorShapes.Read(json.RootElement);
        bool isEmpty = text is "{}" or "[]" or "null" or "\"\"";
        return Finish(error, isEmpty ? null : text);
    }

    /// <summary>Reads the object of an in-stream error: the whole frame that holds it, or the error alone.</summary>
    internal static ProviderError Parse(JsonElement body)
    {
        ProviderError error = ErrorShapes.Read(body);
        bool isEmpty = body.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String
            || (body.ValueKind is JsonValueKind.Object && !body.EnumerateObject().MoveNext())
            || (body.ValueKind is JsonValueKind.Array && body.GetArrayLength() is 0);
        return Finish(error, isEmpty ? null : ErrorJson.Text(body));
    }

    private static ProviderError Finish(ProviderError error, string? rawText) =>
        error with { StatusCode = ErrorClassifier.StatusOf(error), Message = error.Message ?? rawText };

    // Some servers frame the body of an HTTP error as the stream that was asked for.
    private static int JsonOffset(ReadOnlySpan<byte> content)
    {
        if (content[0] is (byte)'{' or (byte)'[' or (byte)'"')
        {
            return 0;
        }

        bool isFramed = content.StartsWith("data:"u8) || content.StartsWith("event:"u8) || content.StartsWith("error:"u8);
        return isFramed ? content.IndexOf((byte)'{') : -1;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> content = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        int start = content.Span.IndexOfAnyExcept(Blanks);
        return start < 0 ? default : content[start..(content.Span.LastIndexOfAnyExcept(Blanks) + 1)];
    }
}
