using System.Text;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>Texts, or reasoning, in a row, which become one content.</summary>
internal sealed class TextRun
{
    private readonly AIContent _first;
    private StringBuilder? _text;
    private string? _protectedData;

    public TextRun(AIContent first)
    {
        _first = first;
        _protectedData = (first as TextReasoningContent)?.ProtectedData;
    }

    /// <summary>Whether a content is text or reasoning without an annotation, which would point into its text.</summary>
    public static bool CanBeginWith(AIContent content) => content is TextContent or TextReasoningContent && content.Annotations is not { Count: > 0 };

    /// <summary>Adds a content of the same kind; protected reasoning is the last of its run.</summary>
    public bool TryAppend(AIContent content)
    {
        if (!CanBeginWith(content) || content is TextContent != _first is TextContent || !string.IsNullOrEmpty(_protectedData))
        {
            return false;
        }

        (_text ??= new StringBuilder(_first.ToString())).Append(content);
        _protectedData = (content as TextReasoningContent)?.ProtectedData;
        return true;
    }

    /// <summary>The run as one content: what it began with where nothing followed, a new one where something did.</summary>
    public AIContent ToContent()
    {
        if (_text is null)
        {
            return _first;
        }

        AdditionalPropertiesDictionary? properties = _first.AdditionalProperties?.Clone();
        return _first is TextContent
            ? new TextContent(_text.ToString()) { AdditionalProperties = properties }
            : new TextReasoningContent(_text.ToString()) { AdditionalProperties = properties, ProtectedData = _protectedData };
    }
}
