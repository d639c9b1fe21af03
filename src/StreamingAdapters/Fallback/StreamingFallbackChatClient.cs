using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Fallback;

/// <summary>Asks a model that refuses to stream for its whole answer instead, and hands that out as updates.</summary>
/// <remarks>
/// <para>
/// Streaming is refused when the stream fails before its first content with <see cref="Errors.ChatErrorKind.UnsupportedFeature"/> of the feature <c>streaming</c>, or
/// before its first update with <see cref="NotSupportedException"/> or <see cref="NotImplementedException"/>. The model is remembered once its whole answer has come; what
/// fails there is thrown, with the refusal in its <c>Data</c> under <see cref="StreamingKeys.Fallback"/>. Of the clocks of the timeout stage the total alone counts for it.
/// </para>
/// <para>
/// Updates without content are held until the first content (at most 256), which passes at once; all are the same instances. <c>GetResponseAsync</c> passes: there is
/// nothing to fall back from. Not meant over this library's own providers: they do the same themselves, and <c>UseStreamingFallback</c> adds nothing over them.
/// </para>
/// </remarks>
public sealed partial class StreamingFallbackChatClient : StreamingStageChatClient
{
    private readonly TimeSpan _lifetime;
    private readonly RefusedModels _refused;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">How refusals are remembered; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where a model that does not stream is reported, once, and a wrong order of stages; null for nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public StreamingFallbackChatClient(
        IChatClient innerClient, StreamingFallbackOptions? options = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : base(innerClient, StreamingStage.Fallback, loggerFactory)
    {
        options = SettingsFailures.Check(options ?? new StreamingFallbackOptions(), nameof(options));
        _lifetime = options.RefusalLifetime;
        _refused = new RefusedModels(_lifetime, timeProvider ?? TimeProvider.System);
    }

    private protected override Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
        InnerClient.GetResponseAsync(messages, options, cancellationToken);

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChatClientMetadata? metadata = InnerClient.GetService<ChatClientMetadata>();
        string model = options?.ModelId ?? metadata?.DefaultModelId ?? "";
        Exception? refusal = null;
        if (!_refused.Contains(model))
        {
            await using var opening = new StreamOpening(() => InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken), cancellationToken);
            await opening.ReadAsync();
            refusal = opening.Refusal;
            if (refusal is null)
            {
                foreach (ChatResponseUpdate update in opening.Held)
                {
                    yield return update;
                }

                opening.Release();
                while (opening.Rest is { } rest && await rest.MoveNextAsync())
                {
                    yield return rest.Current;
                }

                yield break;
            }
        }

        ChatResponse response = await AskWholeAsync(messages, options, refusal, cancellationToken);
        if (refusal is not null && _refused.Add(model))
        {
            LogRefused(Logger, model, metadata?.ProviderName, _lifetime);
        }

        foreach (ChatResponseUpdate update in UpdatesOf(response))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }
    }

    private async Task<ChatResponse> AskWholeAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, Exception? refusal, CancellationToken cancellationToken)
    {
        try
        {
            return await InnerClient.GetResponseAsync(messages, options, cancellationToken);
        }
        catch (Exception e) when (refusal is not null)
        {
            ExceptionData.Set(e, StreamingKeys.Fallback, refusal);
            throw;
        }
    }

    private static ChatResponseUpdate[] UpdatesOf(ChatResponse response)
    {
        ChatResponseUpdate[] updates = response.ToChatResponseUpdates();
        if (updates is [var first, ..])
        {
            // The dictionary is still the response's own.
            first.AdditionalProperties = new AdditionalPropertiesDictionary(first.AdditionalProperties ?? []) { [StreamingKeys.Fallback] = true };
        }

        return updates;
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "The model {Model} of {Provider} refuses to stream: for {Lifetime} it is asked for whole answers.")]
    private static partial void LogRefused(ILogger logger, string model, string? provider, TimeSpan lifetime);
}
