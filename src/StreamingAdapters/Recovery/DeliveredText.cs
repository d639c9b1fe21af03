using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>What has been handed out of one answer, as far as a continuation has to know it.</summary>
internal sealed class DeliveredText : IDisposable
{
    private readonly PartialText _text = new();
    private bool _hasOther;

    /// <summary>The message that the text belongs to.</summary>
    public string? MessageId { get; private set; }

    /// <summary>The characters so far.</summary>
    public int Length => _text.Length;

    /// <summary>Whether there is text without its end, and nothing that must not be cut, such as a tool call.</summary>
    public bool CanGoOn => _text.Length > 0 && !_hasOther;

    public void Append(ChatResponseUpdate update)
    {
        MessageId ??= update.MessageId;
        _text.Append(update);
        _hasOther |= update.FinishReason is not null || update.AdditionalProperties?.ContainsKey(StreamingKeys.ToolCallBegun) is true;
        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            _hasOther |= contents[index] is not (TextContent or TextReasoningContent or UsageContent);
        }
    }

    public override string ToString() => _text.ToString();

    public void Dispose() => _text.Dispose();
}
