using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Errors;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Integrity;

/// <summary>Fails answers of other libraries' clients that end without a finish reason or without content, and annotates updates that do not fit together.</summary>
/// <remarks>
/// <para>
/// An answer without any content is <see cref="ChatErrorKind.EmptyResponse"/>, also when it has no finish reason, unless the finish reason says why it is empty (a
/// limit, a filter, a refusal); one with content and without a finish reason is <see cref="ChatErrorKind.Truncated"/>. An answer whose last update, or whose response, has
/// a continuation token goes on in the background and is neither. A whole response that keeps its client's own object (<c>RawRepresentation</c>) was parsed from one
/// body and needs no finish reason: the client of Microsoft.Extensions.AI for OpenAI's Responses gives none to a completed one.
/// </para>
/// <para>
/// Updates pass as the same instances; one with an annotation is a copy. Not meant over this library's own providers: they know their protocol's end, and
/// <c>UseStreamingIntegrity</c> adds nothing over them.
/// </para>
/// </remarks>
public sealed class StreamingIntegrityChatClient : StreamingStageChatClient
{
    private readonly StreamingIntegrityOptions _options;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">What is asked of answers; null for the defaults.</param>
    /// <param name="loggerFactory">Where a wrong order of stages is warned of; null for nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    public StreamingIntegrityChatClient(IChatClient innerClient, StreamingIntegrityOptions? options = null, ILoggerFactory? loggerFactory = null)
        : base(innerClient, StreamingStage.Integrity, loggerFactory)
    {
        options = SettingsFailures.Check(options ?? new StreamingIntegrityOptions(), nameof(options));
        _options = new StreamingIntegrityOptions
        {
            RequireFinishReason = options.RequireFinishReason,
            RequireContent = options.RequireContent,
            Annotate = options.Annotate,
        };
    }

    private protected override async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ChatResponse response = await InnerClient.GetResponseAsync(messages, options, cancellationToken);
        if (AnswerWatch.Judge(_options, response) is { } kind)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Nobody else can know the text of an answer that is not handed out.
            throw Failure(kind, isStreaming: false, partial: response.Text);
        }

        return response;
    }

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watch = new AnswerWatch(_options);
        await foreach (ChatResponseUpdate update in InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            yield return watch.Observe(update);
        }

        if (watch.Judge() is { } kind)
        {
            // Some clients answer a cancellation with a quiet end.
            cancellationToken.ThrowIfCancellationRequested();
            throw Failure(kind, isStreaming: true, partial: null);
        }
    }

    private ChatStreamException Failure(ChatErrorKind kind, bool isStreaming, string? partial)
    {
        string? provider = InnerClient.GetService<ChatClientMetadata>()?.ProviderName;
        return new ChatStreamException(kind, IntegritySentences.Compose(kind, provider, isStreaming)) { Provider = provider, Partial = partial };
    }
}
