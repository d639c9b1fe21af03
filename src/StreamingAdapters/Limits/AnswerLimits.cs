using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Limits;

/// <summary>Measures one answer, and parts what fits from what does not.</summary>
/// <remarks>Not thread-safe; allocates nothing for text that fits.</remarks>
internal sealed class AnswerLimits
{
    private readonly int? _maxChunks;
    private readonly ByteRoom _room;
    private readonly TextLimits _text;
    private readonly TextLimits _reasoning;
    private int _chunks;

    public AnswerLimits(StreamingLimitsOptions options)
    {
        _maxChunks = options.MaxChunks;
        _room = new ByteRoom(options.MaxBytes);
        _text = new TextLimits(_room, options.Repetition);
        _reasoning = new TextLimits(_room, options.Repetition);
    }

    /// <summary>The limit that was passed; null while none is.</summary>
    public PassedLimit? Passed { get; private set; }

    /// <summary>What fits of the update that passed it; null when nothing does.</summary>
    public ChatResponseUpdate? Rest { get; private set; }

    /// <summary>Whether the next update fits as it is.</summary>
    public bool Admits(ChatResponseUpdate update)
    {
        if (_chunks == _maxChunks)
        {
            Passed = PassedLimit.Chunks;
            return false;
        }

        _chunks++;
        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            if (!Admits(contents[index], out AIContent? part))
            {
                Rest = PartOf(update, index, part);
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a whole answer fits.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="text">Its text, as much as fits.</param>
    public bool Admits(ChatResponse response, out string text)
    {
        List<AIContent> fitting = [];
        foreach (AIContent content in response.Messages.SelectMany(static message => message.Contents))
        {
            if (!Admits(content, out AIContent? part))
            {
                text = string.Concat(fitting.Append(part).OfType<TextContent>());
                return false;
            }

            fitting.Add(content);
        }

        text = response.Text;
        return true;
    }

    private bool Admits(AIContent content, out AIContent? part)
    {
        part = null;
        string? text = (content as TextContent)?.Text ?? (content as TextReasoningContent)?.Text;
        if (text is not null)
        {
            TextLimits limits = content is TextContent ? _text : _reasoning;
            int fitting = limits.Take(text);
            Passed = limits.Passed;
            if (fitting < text.Length)
            {
                part = fitting == 0 ? null : content is TextContent whole ? whole.Part(..fitting) : new TextReasoningContent(text[..fitting]) { AdditionalProperties = content.AdditionalProperties };
                return false;
            }
        }

        if (_room.TryTake(ContentSize.BesideText(content)))
        {
            return true;
        }

        part = string.IsNullOrEmpty(text) ? null : new TextReasoningContent(text);
        Passed = PassedLimit.Bytes;
        return false;
    }

    // What the provider said about usage counts however the answer ends.
    private static ChatResponseUpdate? PartOf(ChatResponseUpdate update, int whole, AIContent? part)
    {
        AIContent[] contents = [.. update.Contents.Take(whole), .. part is null ? [] : new[] { part }, .. update.Contents.Skip(whole + 1).OfType<UsageContent>()];
        if (contents.Length == 0)
        {
            return null;
        }

        ChatResponseUpdate copy = update.Clone();
        (copy.Contents, copy.FinishReason, copy.RawRepresentation) = (contents, null, null);
        return copy;
    }
}
