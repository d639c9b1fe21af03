using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Errors;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Timeouts;

/// <summary>Ends answers that take too long: to their first content, from content to content, or in all.</summary>
/// <remarks>
/// What arrived before is delivered first. The caller's own cancellation stays <see cref="OperationCanceledException"/>, also when a clock runs out with it. A
/// client that ignores its token is left alone after 250 ms. Waits are timed: a client that computes without ever waiting is not. Without streaming there is no content to wait for: <see cref="StreamingTimeoutOptions.Total"/> alone
/// counts there.
/// </remarks>
public sealed class StreamingTimeoutChatClient : StreamingStageChatClient
{
    private readonly StreamingTimeoutOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">The limits; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where a wrong order of stages is warned of; null for nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is not longer than zero.</exception>
    public StreamingTimeoutChatClient(
        IChatClient innerClient, StreamingTimeoutOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : base(innerClient, StageOf(options), loggerFactory)
    {
        options = SettingsFailures.Check(options ?? new StreamingTimeoutOptions(), nameof(options));
        _options = new StreamingTimeoutOptions { FirstContent = options.FirstContent, Idle = options.Idle, Total = options.Total };
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    private protected override async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource? clock = _options.Total is { } total ? new(total, _timeProvider) : null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock?.Token ?? CancellationToken.None, cancellationToken);
        try
        {
            return await PatientCall.AwaitAsync(InnerClient.GetResponseAsync(messages, options, either.Token), _timeProvider, either.Token);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            // However the client reacts: some report that their connection broke.
            throw CallersCancellation.For(e, cancellationToken);
        }
        catch (Exception e) when (clock is { IsCancellationRequested: true })
        {
            throw Timeout(ChatTimeoutPhase.Total, _options.Total.GetValueOrDefault(), e);
        }
    }

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_options, _timeProvider);
        await using var reader = new UpdateReader(
            token => InnerClient.GetStreamingResponseAsync(messages, options, token), _timeProvider, cancellationToken, deadline);
        while (true)
        {
            ReadOutcome outcome = await reader.ReadAsync();
            if (outcome is ReadOutcome.Interrupted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfExpired(deadline);
                continue;
            }

            if (outcome is ReadOutcome.End)
            {
                yield break;
            }

            ChatResponseUpdate update = reader.Current;
            if (SemanticContent.IsIn(update))
            {
                deadline.Reset();
            }

            yield return update;
        }
    }

    private void ThrowIfExpired(Deadline deadline)
    {
        if (deadline.Expired is var (phase, limit))
        {
            throw Timeout(phase, limit);
        }
    }

    private ChatTimeoutException Timeout(ChatTimeoutPhase phase, TimeSpan limit, Exception? cause = null) =>
        new(phase, limit, TimeoutSentences.Compose(phase, limit), cause) { Provider = InnerClient.GetService<ChatClientMetadata>()?.ProviderName };

    private static StreamingStage StageOf(StreamingTimeoutOptions? options) =>
        options is { FirstContent: null, Idle: null } ? StreamingStage.TotalTimeout : StreamingStage.Timeout;
}
