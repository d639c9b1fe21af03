using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>Makes failures before the first content invisible, by retries, other routes and hedges; a failure behind it fails the answer, or continues it in the open.</summary>
/// <remarks>
/// <para>
/// An answer is committed by its first content: text or reasoning that is not empty, a tool call, data. What comes in front of it is held, up to 256 updates or 64 KiB, and released with the
/// content of the attempt that won; the content itself is not delayed. Nothing that was handed out is ever asked for again in silence.
/// </para>
/// <para>
/// The log of the attempts is on the first update (<see cref="AttemptRecord.ReadFrom(AdditionalPropertiesDictionary)"/>), on the response, or on the exception, which is the one that the last attempt threw.
/// A continuation brings its own attempts on its first update; the exception of an answer that breaks off again has those since the last break.
/// Without streaming the same rules hold for the whole answer, but for hedging and continuation. Exceptions that are no failure of a route (<see cref="Errors.ChatErrorMapper"/>) pass at once.
/// </para>
/// <para><see cref="ChatClientMetadata"/> is that of the route that the next call begins with. The clients of further routes are not disposed with the stage.</para>
/// </remarks>
public sealed class StreamingRecoveryChatClient : StreamingStageChatClient
{
    private readonly RecoveryEngine _engine;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The first route.</param>
    /// <param name="options">What is done about failures, and the further routes; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where failed attempts, continuations and a wrong order of stages are told; null for nowhere.</param>
    /// <param name="meterFactory">Makes the meter <c>StreamingAdapters</c>; null for one that the process has.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public StreamingRecoveryChatClient(
        IChatClient innerClient,
        StreamingRecoveryOptions? options = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        IMeterFactory? meterFactory = null)
        : this(innerClient, options, timeProvider, loggerFactory, meterFactory, state: null)
    {
    }

    internal StreamingRecoveryChatClient(
        IChatClient innerClient, StreamingRecoveryOptions? options, TimeProvider? timeProvider, ILoggerFactory? loggerFactory, IMeterFactory? meterFactory, RecoveryState? state)
        : base(innerClient, StreamingStage.Recovery, loggerFactory)
    {
        options = SettingsFailures.Check(options ?? new StreamingRecoveryOptions(), nameof(options)).Copy();
        timeProvider ??= TimeProvider.System;
        state ??= new RecoveryState(options, timeProvider);
        _engine = new RecoveryEngine(Route.AllOf([options.Primary.Over(innerClient), .. options.Routes]), options, state, timeProvider, Logger, meterFactory);
    }

    /// <summary>Answers <see cref="RecoveryCircuits"/>, and <see cref="ChatClientMetadata"/> with that of the route that the next call begins with; anything else as every stage does.</summary>
    /// <param name="serviceType">What is asked for.</param>
    /// <param name="serviceKey">The key; this library's services have none.</param>
    /// <returns>The service; null when no client from here inwards has it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceType"/> is null.</exception>
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ChatClientMetadata) ? _engine.FirstRoute(options: null).Metadata
        : serviceKey is null && serviceType == typeof(RecoveryCircuits) ? _engine.Circuits
        : base.GetService(serviceType, serviceKey);

    private protected override async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var run = new RecoveryRun(_engine, new RecoveryRequest(messages, options), isStreaming: false, cancellationToken);
        AttemptResult result = await run.OpenAsync();
        return ResponseCopy.With(result.Response!, StreamingKeys.Attempts, run.Log.Write());
    }

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var answer = new RecoveredAnswer(_engine, new RecoveryRequest(messages, options), cancellationToken);
        await answer.OpenAsync();
        while (true)
        {
            while (answer.TryTakePreamble(out ChatResponseUpdate held))
            {
                yield return held;
            }

            try
            {
                if (!await answer.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (Exception e)
            {
                await answer.GoOnAsync(e);
                continue;
            }

            ChatResponseUpdate update = answer.Current;
            answer.Observe(update);
            yield return update;
        }
    }
}
