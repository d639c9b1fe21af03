using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>What a consumer sees of one call.</summary>
internal sealed class GatewayAnswer
{
    private GatewayAnswer(IReadOnlyList<ChatResponseUpdate> updates, ChatResponse? response, ChatAdapterException? failure)
    {
        Updates = updates;
        Response = response ?? updates.ToChatResponse();
        Failure = failure;
    }

    /// <summary>The updates; none without streaming.</summary>
    public IReadOnlyList<ChatResponseUpdate> Updates { get; }

    /// <summary>What came, as one response.</summary>
    public ChatResponse Response { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    public ChatAdapterException? Failure { get; }

    public string Text => Response.Text;

    /// <summary>The ids of the responses that the text is from.</summary>
    public IReadOnlyList<string> ResponseIds => [.. Ids(update => update.ResponseId, Response.ResponseId)];

    /// <summary>The ids of the messages that the text is of.</summary>
    public IReadOnlyList<string> MessageIds => [.. Ids(update => update.MessageId, Response.Messages.FirstOrDefault()?.MessageId)];

    /// <summary>The log of the attempts: route, kind, decision, and whether the attempt's answer was handed out.</summary>
    public IReadOnlyList<string> Attempts => [.. Records.Select(record => string.Join(' ', new[] { record.Route, record.Kind?.ToString(), record.Decision, record.IsDelivered ? "delivered" : null }.OfType<string>()))];

    public StreamSummary Summary => (Failure is null ? Response.GetStreamSummary() : Failure.GetStreamSummary())!;

    /// <summary>What the updates say about continuations.</summary>
    public IReadOnlyList<StreamContinuation> Continuations => [.. Updates.Select(update => StreamContinuation.ReadFrom(update.AdditionalProperties)).OfType<StreamContinuation>()];

    /// <summary>The attempts: of a failed answer what its exception says, of another what its updates say.</summary>
    public IReadOnlyList<AttemptRecord> Records => Failure is not null ? AttemptRecord.ReadFrom(Failure)
        : Updates.Count == 0 ? AttemptRecord.ReadFrom(Response.AdditionalProperties)
        : [.. Updates.SelectMany(update => AttemptRecord.ReadFrom(update.AdditionalProperties))];

    /// <summary>The tokens of answers that failed before their content: Anthropic's server says one as it begins, the others say nothing.</summary>
    public long PaidInVain(EmulatedServer first) => first is EmulatedAnthropicServer ? Records.Where(record => record.Kind is not null).Sum(record => record.Usage?.OutputTokenCount ?? 0) : 0;

    public static async Task<GatewayAnswer> AskAsync(IChatClient client, string prompt, bool streaming, Action<string>? received, CancellationToken cancellationToken)
    {
        List<ChatResponseUpdate> updates = [];
        try
        {
            if (!streaming)
            {
                return new GatewayAnswer([], await client.GetResponseAsync(prompt, cancellationToken: cancellationToken), failure: null);
            }

            await using IAsyncEnumerator<ChatResponseUpdate> stream = client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
            ValueTask<bool> next = stream.MoveNextAsync();
            while (await next)
            {
                updates.Add(stream.Current);
                next = stream.MoveNextAsync();

                // Now the clocks of the stages run.
                received?.Invoke(string.Concat(updates.Select(one => one.Text)));
            }

            return new GatewayAnswer(updates, response: null, failure: null);
        }
        catch (ChatAdapterException e)
        {
            return new GatewayAnswer(updates, response: null, e);
        }
    }

    private IEnumerable<string> Ids(Func<ChatResponseUpdate, string?> of, string? ofResponse) => (Updates.Count == 0 ? [ofResponse] : Updates.Select(of)).OfType<string>().Distinct(StringComparer.Ordinal);
}
