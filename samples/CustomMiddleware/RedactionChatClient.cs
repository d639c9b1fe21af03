using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace CustomMiddleware;

/// <summary>Hides words in the text of answers, with and without streaming; reasoning passes as it is.</summary>
/// <remarks>
/// What was hidden is not left in <c>RawRepresentation</c>, the provider's own object, either.
/// A stage derives from <see cref="DelegatingChatClient"/>, which passes on whatever it does not override: services, disposal, and a method that was forgotten.
/// So it overrides both methods. What one call needs lives in that call, here a <see cref="Redactor"/>; the client itself never changes and may be used by many.
/// </remarks>
public sealed class RedactionChatClient : DelegatingChatClient
{
    private readonly string[] _words;
    private readonly string _mask;

    /// <summary>Creates the stage around the next client inwards.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">What to hide; copied, so that a later change of them does not reach calls in flight.</param>
    public RedactionChatClient(IChatClient innerClient, RedactionOptions options)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        _words = [.. options.Words];
        _mask = options.Mask;
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken);

        // A copy: a client may hand the same response to others, as a cache does.
        return new ChatResponse([.. response.Messages.Select(Redact)])
        {
            ResponseId = response.ResponseId,
            ConversationId = response.ConversationId,
            ModelId = response.ModelId,
            CreatedAt = response.CreatedAt,
            FinishReason = response.FinishReason,
            Usage = response.Usage,
            ContinuationToken = response.ContinuationToken,
            AdditionalProperties = response.AdditionalProperties,
        };
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        // An iterator runs at the first MoveNextAsync: checks belong here, where the caller made his mistake.
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    // [EnumeratorCancellation]: the token of WithCancellation() arrives here too. Leaving the loop early, by break or by an exception, disposes the inner stream.
    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var redactor = new Redactor(_words, _mask);
        ChatResponseUpdate? last = null;
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            last = update;
            yield return Redact(update, redactor);
        }

        // The update that ended the answer flushed the text, if there was one.
        if (last is not null && redactor.Flush() is { Length: > 0 } rest)
        {
            yield return With(last, [new TextContent(rest)]);
        }
    }

    private static ChatResponseUpdate Redact(ChatResponseUpdate update, Redactor redactor)
    {
        // What the feature does not change passes as the same instance.
        if (!redactor.Holds && !update.Contents.Any(content => content is TextContent))
        {
            return update;
        }

        List<AIContent> contents = Redact(update.Contents, redactor);
        if (update.FinishReason is not null)
        {
            AddText(contents, redactor.Flush());
        }

        return With(update, contents);
    }

    private static List<AIContent> Redact(IEnumerable<AIContent> contents, Redactor redactor)
    {
        List<AIContent> redacted = [];
        foreach (AIContent content in contents)
        {
            if (content is TextContent text)
            {
                AddText(redacted, redactor.Append(text.Text));
            }
            else
            {
                // What was held stood before it, and no word goes on behind it.
                AddText(redacted, redactor.Flush());
                redacted.Add(content);
            }
        }

        return redacted;
    }

    // Text that is held back whole leaves no empty content behind, and what was held joins the text before it.
    private static void AddText(List<AIContent> contents, string text)
    {
        if (text.Length > 0 && contents is [.., TextContent before])
        {
            contents[^1] = new TextContent(before.Text + text);
        }
        else if (text.Length > 0)
        {
            contents.Add(new TextContent(text));
        }
    }

    // A copy: others may hold the original, and its ids, model and properties have to stay.
    private static ChatResponseUpdate With(ChatResponseUpdate update, IList<AIContent> contents)
    {
        ChatResponseUpdate copy = update.Clone();
        copy.Contents = contents;
        copy.RawRepresentation = null;
        return copy;
    }

    private ChatMessage Redact(ChatMessage message)
    {
        var redactor = new Redactor(_words, _mask);
        List<AIContent> contents = Redact(message.Contents, redactor);
        AddText(contents, redactor.Flush());
        ChatMessage copy = message.Clone();
        copy.Contents = contents;
        copy.RawRepresentation = null;
        return copy;
    }
}
