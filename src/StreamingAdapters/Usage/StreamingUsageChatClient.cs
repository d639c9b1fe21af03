using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>Counts what answers use: over rounds, failed attempts and calls, however they end, and never twice.</summary>
/// <remarks>
/// Updates pass untouched. Each answer gives one <see cref="UsageRecord"/>, which goes to the <see cref="UsageAccumulator"/>, to every <see cref="IUsageSink"/>,
/// and, when the answer failed or was cancelled, on the exception, where <see cref="UsageExceptionExtensions.GetUsage"/> reads it. An answer that ends without
/// the provider's final word has a record too, of what the provider said so far and of estimates. A request that was refused before anything of its answer
/// arrived counts zero.
/// </remarks>
public sealed class StreamingUsageChatClient : StreamingStageChatClient
{
    private readonly UsageRecorder _recorder;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">What to count; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where failing sinks and a wrong order of stages are told; null for nowhere.</param>
    /// <param name="accumulator">Where to sum; null for one of this stage's own, with the bounds of the options.</param>
    /// <param name="sinks">Who gets each record; null for nobody.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public StreamingUsageChatClient(
        IChatClient innerClient,
        StreamingUsageOptions? options = null,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null,
        UsageAccumulator? accumulator = null,
        IEnumerable<IUsageSink>? sinks = null)
        : base(innerClient, StreamingStage.Usage, loggerFactory)
    {
        options = SettingsFailures.Check(options ?? new StreamingUsageOptions(), nameof(options));
        timeProvider ??= TimeProvider.System;
        accumulator ??= new UsageAccumulator(options.MaxConversations, options.ConversationLifetime, timeProvider);
        _recorder = new UsageRecorder(innerClient, options, accumulator, [.. sinks ?? []], timeProvider, Logger);
    }

    /// <summary>Answers <see cref="UsageAccumulator"/> with the one of this stage, anything else as every stage does.</summary>
    /// <param name="serviceType">What is asked for.</param>
    /// <param name="serviceKey">The key; this library's services have none.</param>
    /// <returns>The service; null when no client from here inwards has it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceType"/> is null.</exception>
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(UsageAccumulator) && serviceKey is null ? _recorder.Accumulator : base.GetService(serviceType, serviceKey);

    private protected override async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var call = new UsageCall(_recorder, messages, options, cancellationToken);
        ChatResponse response;
        try
        {
            response = await InnerClient.GetResponseAsync(messages, options, cancellationToken);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Complete(response);
        return response;
    }

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = new UsageCall(_recorder, messages, options, cancellationToken);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Open(call, messages, options, cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (Exception e)
                {
                    call.Fail(e);
                    throw;
                }

                ChatResponseUpdate update = updates.Current;
                call.Observe(update);
                yield return update;
            }

            call.Complete();
        }
        finally
        {
            call.Abandon();
        }
    }

    private IAsyncEnumerator<ChatResponseUpdate> Open(UsageCall call, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }
    }
}
