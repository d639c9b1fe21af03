using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>The updates of a continuation: joined to the text so far, under its message's id.</summary>
/// <param name="opened">The continuation.</param>
/// <param name="delivered">What it continues.</param>
/// <param name="seam">Finds where it goes on.</param>
internal sealed class ContinuedUpdates(AttemptResult opened, DeliveredText delivered, SeamFinder seam)
{
    private readonly StringBuilder _head = new();
    private readonly List<ChatResponseUpdate> _held = [];
    private int _preambleTaken;
    private bool _isJoined;

    /// <summary>Reads them; what is held while the seam is looked for goes out before a failure, too.</summary>
    /// <param name="disclose">Gives what the first update says about the seam.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ChatResponseUpdate> ReadAsync(Func<Seam, AdditionalPropertiesDictionary> disclose, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Exception? failure = null;
        while (true)
        {
            ChatResponseUpdate? update = null;
            try
            {
                update = await NextAsync(opened.Stream!);
            }
            catch (Exception e)
            {
                failure = e;
            }

            foreach (ChatResponseUpdate joined in Join(update, disclose))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return joined;
            }

            if (update is null)
            {
                break;
            }
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    // The attempt has seen what was held.
    private async ValueTask<ChatResponseUpdate?> NextAsync(OpenedStream stream)
    {
        if (_preambleTaken < stream.Preamble.Count)
        {
            return stream.Preamble[_preambleTaken++];
        }

        if (!await stream.MoveNextAsync())
        {
            return null;
        }

        opened.Attempt.Observe(stream.Current);
        return stream.Current;
    }

    private List<ChatResponseUpdate> Join(ChatResponseUpdate? update, Func<Seam, AdditionalPropertiesDictionary> disclose)
    {
        if (_isJoined)
        {
            return update is null ? [] : [Own(update)];
        }

        bool isOver = update is null || update.Contents.Any(content => content is not (TextContent or TextReasoningContent or UsageContent));
        if (update is not null)
        {
            _held.Add(Own(update));
            _head.Append(update.Text);
        }

        if (!seam.TryFind(_head.ToString(), isOver, out Seam found))
        {
            return [];
        }

        _isJoined = true;
        return Release(found, disclose);
    }

    private List<ChatResponseUpdate> Release(Seam found, Func<Seam, AdditionalPropertiesDictionary> disclose)
    {
        if (_held.Count == 0)
        {
            _held.Add(new ChatResponseUpdate { Role = ChatRole.Assistant, MessageId = delivered.MessageId });
        }

        int skip = found.Skip;
        AdditionalPropertiesDictionary? disclosure = disclose(found);
        foreach (ChatResponseUpdate update in _held)
        {
            skip = WithoutRepeat(update, skip);
            if (disclosure is not null)
            {
                update.AdditionalProperties = disclosure.Union(update.AdditionalProperties);
                disclosure = null;
            }
        }

        return _held;
    }

    // Leaves out the first characters of the update's text; returns how many are left to leave out.
    private static int WithoutRepeat(ChatResponseUpdate update, int skip)
    {
        for (int index = 0; index < update.Contents.Count && skip > 0; index++)
        {
            if (update.Contents[index] is TextContent content)
            {
                int here = Math.Min(skip, content.Text.Length);
                update.Contents[index] = content.Part(here..);
                skip -= here;
            }
        }

        return skip;
    }

    // The text is one message's to the consumer; the response's own id stays, for its usage is its own.
    private ChatResponseUpdate Own(ChatResponseUpdate update)
    {
        ChatResponseUpdate own = update.Clone();
        own.MessageId = delivered.MessageId;
        own.Contents = [.. update.Contents];
        return own;
    }
}
