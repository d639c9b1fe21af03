using System.Collections;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Streams;

/// <summary>The texts of a request that a server may echo in an error; walked only when there is one.</summary>
internal sealed class PromptTexts(IReadOnlyList<ChatMessage> messages, ChatOptions? options) : IReadOnlyList<string>
{
    private string[]? _texts;

    /// <inheritdoc/>
    public int Count => Texts.Length;

    private string[] Texts => _texts ??= [.. Collect()];

    /// <inheritdoc/>
    public string this[int index] => Texts[index];

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)Texts).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<string> Collect()
    {
        if (options?.Instructions is { } instructions)
        {
            yield return instructions;
        }

        foreach (AIContent content in messages.SelectMany(message => message.Contents))
        {
            string? text = content switch
            {
                TextContent t => t.Text,
                TextReasoningContent t => t.Text,
                FunctionResultContent { Result: string t } => t,
                _ => null,
            };
            if (!string.IsNullOrEmpty(text))
            {
                yield return text;
            }
        }
    }
}
