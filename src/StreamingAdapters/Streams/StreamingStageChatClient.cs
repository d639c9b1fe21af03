using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace StreamingAdapters.Streams;

/// <summary>The base of every stage here: one link of a pipeline, over any client.</summary>
/// <remarks>
/// Thread-safe. The messages of a call are copied when the method is called, so a list that changes afterwards changes nothing; each enumeration is a call
/// of its own. A stage disposes its inner client with itself.
/// </remarks>
public abstract class StreamingStageChatClient : DelegatingChatClient
{
    private readonly StreamingPipelineDescriptor _descriptor;

    private protected StreamingStageChatClient(IChatClient innerClient, StreamingStage stage, ILoggerFactory? loggerFactory)
        : base(innerClient)
    {
        _descriptor = StreamingPipelineDescriptor.Above(stage, innerClient);
        Logger = loggerFactory?.CreateLogger(GetType()) ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        _descriptor.WarnOfOrder(Logger);
    }

    /// <summary>The stage's own log; never prompts, answers or keys.</summary>
    private protected ILogger Logger { get; }

    /// <summary>Asks for a whole answer, through this stage.</summary>
    /// <param name="messages">The conversation, as it stands now.</param>
    /// <param name="options">What to ask for; never changed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="Errors.ChatAdapterException">The request or the answer failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public sealed override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return RespondAsync(MessageSnapshot.Of(messages), options, cancellationToken);
    }

    /// <summary>Asks for an answer and hands out its updates as they come, through this stage.</summary>
    /// <param name="messages">The conversation, as it stands now.</param>
    /// <param name="options">What to ask for; never changed.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The updates; nothing is sent before they are enumerated.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="Errors.ChatAdapterException">The request or the answer failed; thrown after the last update that was received.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public sealed override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(MessageSnapshot.Of(messages), options, cancellationToken);
    }

    /// <summary>Answers <see cref="StreamingPipelineDescriptor"/> with the stages from here inwards, anything else as every delegating client does.</summary>
    /// <param name="serviceType">What is asked for.</param>
    /// <param name="serviceKey">The key; this library's services have none.</param>
    /// <returns>The service; null when no client from here inwards has it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceType"/> is null.</exception>
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(StreamingPipelineDescriptor) && serviceKey is null ? _descriptor : base.GetService(serviceType, serviceKey);

    private protected abstract Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken);

    private protected abstract IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken);
}
