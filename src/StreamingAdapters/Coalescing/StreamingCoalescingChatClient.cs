using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Coalescing;

/// <summary>Merges neighbouring updates of text, and of reasoning, so that a consumer gets fewer and fuller ones; a whole answer passes as it is.</summary>
/// <remarks>
/// <para>
/// The first content passes at once. Only updates that say nothing but text are merged, and only within one message, response, role and author; anything else
/// (a tool call, an annotation, protected reasoning, usage, a finish reason, properties of its own) hands out what is held and passes as the same instance, in
/// order. A merged update is a copy of the first one it is made of, without <c>RawRepresentation</c>; one that was not merged is the same instance.
/// </para>
/// <para>
/// A merged update does not end within a grapheme as far as can be known: of several updates the last grapheme waits for one more interval, and half a
/// surrogate pair, half a flag or a joiner at the end wait until something follows. A single update whose interval is over passes as it is, however the provider cut it.
/// </para>
/// <para>
/// What was received is delivered before an exception, also before that of the caller's own cancellation. A consumer that leaves gives up what is held.
/// </para>
/// </remarks>
public sealed class StreamingCoalescingChatClient : StreamingStageChatClient
{
    private readonly StreamingCoalescingOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">When to hand out; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where a wrong order of stages is warned of; null for nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public StreamingCoalescingChatClient(
        IChatClient innerClient, StreamingCoalescingOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : base(innerClient, StreamingStage.Coalescing, loggerFactory)
    {
        options = SettingsFailures.Check(options ?? new StreamingCoalescingOptions(), nameof(options));
        _options = new StreamingCoalescingOptions
        {
            Interval = options.Interval,
            MaxCharacters = options.MaxCharacters,
            Unit = options.Unit,
            PassesFirstContent = options.PassesFirstContent,
        };
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    private protected override Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
        InnerClient.GetResponseAsync(messages, options, cancellationToken);

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var merger = new UpdateMerger(_options);
        await using var reader = new UpdateReader(token => InnerClient.GetStreamingResponseAsync(messages, options, token), _timeProvider, cancellationToken);
        using var clock = new FlushClock(_options.Interval, _timeProvider, reader.Interrupt);
        ExceptionDispatchInfo? failure = null;
        while (true)
        {
            ReadOutcome outcome = ReadOutcome.End;
            try
            {
                outcome = await reader.ReadAsync();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            bool isCancelled = outcome is ReadOutcome.Interrupted && cancellationToken.IsCancellationRequested;
            if (outcome is ReadOutcome.Update)
            {
                Add(reader.Current, merger, clock);
            }
            else if (outcome is ReadOutcome.End || isCancelled)
            {
                merger.Flush();
            }

            EndInterval(merger, clock);
            while (merger.TryTake() is { } update)
            {
                yield return update;
            }

            failure?.Throw();
            if (outcome is ReadOutcome.End)
            {
                yield break;
            }

            if (isCancelled)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    private static void Add(ChatResponseUpdate update, UpdateMerger merger, FlushClock clock)
    {
        merger.Add(update);
        if (!merger.IsHolding)
        {
            clock.Stop();
        }
        else if (merger.IsReady)
        {
            clock.Restart();
        }
        else
        {
            clock.Start();
        }
    }

    private static void EndInterval(UpdateMerger merger, FlushClock clock)
    {
        // What is ready goes first; the clock is asked again after it.
        if (!clock.IsOver || merger.IsReady)
        {
            return;
        }

        if (merger.EndInterval())
        {
            clock.Restart();
        }
        else
        {
            clock.Stop();
        }
    }
}
