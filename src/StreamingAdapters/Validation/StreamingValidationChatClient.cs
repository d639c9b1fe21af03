using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Errors;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Validation;

/// <summary>Refuses requests that no provider could answer, before anything is sent, with everything that is wrong in one <see cref="ChatValidationException"/>.</summary>
/// <remarks>
/// Requests only: an answer passes as it is, without a cost per update. The check runs at the call: without streaming the task is faulted, with streaming
/// <see cref="StreamingStageChatClient.GetStreamingResponseAsync"/> itself throws, so that a bad request is found before anybody enumerates.
/// </remarks>
public sealed partial class StreamingValidationChatClient : StreamingStageChatClient
{
    private readonly StreamingValidationOptions _options;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">What is let through; null for the defaults.</param>
    /// <param name="loggerFactory">Where long requests and a wrong order of stages are warned of; null for nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is out of its range, or a media type is none.</exception>
    public StreamingValidationChatClient(IChatClient innerClient, StreamingValidationOptions? options = null, ILoggerFactory? loggerFactory = null)
        : base(innerClient, StreamingStage.Validation, loggerFactory) =>
        _options = SettingsFailures.Check(options ?? new StreamingValidationOptions(), nameof(options)).Copy();

    private protected override Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
        Check(messages, options) is { } failure
            ? Task.FromException<ChatResponse>(failure)
            : InnerClient.GetResponseAsync(messages, options, cancellationToken);

    private protected override IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
        Check(messages, options) is { } failure ? throw failure : InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken);

    private ChatValidationException? Check(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        bool counts = _options.MaxCharacters is not null || _options.WarnCharacters is not null;
        long? characters = counts ? LimitRules.Count(messages, options) : null;
        ChatValidationException? failure = ChatRequestRules.Check(messages, options, InnerClient.GetService<ChatClientMetadata>(), _options, characters);
        if (failure is null && characters > _options.WarnCharacters)
        {
            LogLong(Logger, characters.Value, _options.WarnCharacters.Value);
        }

        return failure;
    }

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Warning,
        Message = "The request has {Characters} characters of text, more than WarnCharacters ({Limit}). If that is longer than the model's context, a server that shortens instead of failing (Ollama) leaves the oldest messages out.")]
    private static partial void LogLong(ILogger logger, long characters, long limit);
}
