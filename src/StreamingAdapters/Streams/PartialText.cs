using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>The text of an answer as far as it came: text only, never a list of updates.</summary>
internal sealed class PartialText : PooledText
{
    public void Append(ChatResponseUpdate update)
    {
        IList<AIContent> contents = update.Contents;
        for (int index = 0; index < contents.Count; index++)
        {
            if (contents[index] is TextContent { Text: { Length: > 0 } text })
            {
                Append(text);
            }
        }
    }

    /// <summary>The text so far; empty when none came.</summary>
    public override string ToString() => Characters.ToString();
}
