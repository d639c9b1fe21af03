using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Parts of a text content, with all that hangs on it.</summary>
internal static class TextParts
{
    public static TextContent Part(this TextContent content, Range range) => new(content.Text[range])
    {
        AdditionalProperties = content.AdditionalProperties,
        Annotations = content.Annotations,
        RawRepresentation = content.RawRepresentation,
    };
}
