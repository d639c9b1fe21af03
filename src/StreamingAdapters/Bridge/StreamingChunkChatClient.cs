using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Bridge;

/// <summary>A chat client made of a function that yields plain chunks, so that an older streaming layer takes every stage and tool of this field.</summary>
/// <remarks>
/// Thread-safe if the function is. Each enumeration calls it once, with the messages as they stood when the method was called. Exceptions of the function pass as
/// they are. A function that ignores its token is left alone 250 ms after the caller's cancellation.
/// </remarks>
public sealed class StreamingChunkChatClient : IChatClient
{
    private readonly Func<IReadOnlyList<ChatMessage>, ChatOptions?, CancellationToken, IAsyncEnumerable<StreamingChunk>> _stream;
    private readonly ChatClientMetadata? _metadata;
    private readonly TimeProvider _timeProvider;
    private bool _isDisposed;

    /// <summary>Creates a client of a function that yields chunks.</summary>
    /// <param name="stream">Answers a conversation, with the caller's options and token; the last chunk of a whole answer has to be final.</param>
    /// <param name="metadata">The provider's name, address and default model; null for none.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public StreamingChunkChatClient(
        Func<IReadOnlyList<ChatMessage>, ChatOptions?, CancellationToken, IAsyncEnumerable<StreamingChunk>> stream,
        ChatClientMetadata? metadata = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _metadata = metadata;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Creates a client of a function that yields plain text.</summary>
    /// <param name="stream">Answers a conversation, with the caller's options and token. Where it ends the answer is whole: failures have to throw.</param>
    /// <param name="metadata">The provider's name, address and default model; null for none.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public static StreamingChunkChatClient FromText(
        Func<IReadOnlyList<ChatMessage>, ChatOptions?, CancellationToken, IAsyncEnumerable<string>> stream,
        ChatClientMetadata? metadata = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamingChunkChatClient((messages, options, cancellationToken) => ToChunksAsync(stream(messages, options, cancellationToken), cancellationToken), metadata, timeProvider);
    }

    /// <summary>Asks for a whole answer: the stream, aggregated.</summary>
    /// <param name="messages">The conversation, as it stands now.</param>
    /// <param name="options">What to ask for; handed to the function.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="ChatStreamException">The chunks ended without a final one, or a tool call has no name.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <summary>Asks for an answer and hands out its updates as the function yields chunks.</summary>
    /// <param name="messages">The conversation, as it stands now.</param>
    /// <param name="options">What to ask for; handed to the function.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>
    /// The updates, with ids of this call; the first has a role and, where one is known, the model. A final chunk without a finish reason gives <c>tool_calls</c>
    /// after tool calls, <c>stop</c> otherwise.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="ChatStreamException">The chunks ended without a final one, or a tool call has no name; thrown after everything that came before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return StreamAsync(MessageSnapshot.Of(messages), options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        // A final chunk is the protocol's end.
        return serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(KnowsEndOfStream) ? KnowsEndOfStream.Instance
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Ends the client's use; what the function holds is the application's.</summary>
    public void Dispose() => _isDisposed = true;

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var envelope = new ChunkEnvelope(options?.ModelId ?? _metadata?.DefaultModelId);
        await using var reader = new UpdateReader(
            token => StreamingChunkExtensions.ReadAsync(Call(messages, options, token), _metadata?.ProviderName, token), _timeProvider, cancellationToken);
        while (await reader.ReadAsync() is not ReadOutcome.End and var outcome)
        {
            if (outcome is ReadOutcome.Interrupted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            ChatResponseUpdate update = reader.Current;
            envelope.Complete(update);
            yield return update;
        }
    }

    private IAsyncEnumerable<StreamingChunk> Call(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
        _stream(messages, options, cancellationToken) ?? throw new InvalidOperationException("The function that yields the chunks returned null. Return a stream, or throw.");

    private static async IAsyncEnumerable<StreamingChunk> ToChunksAsync(IAsyncEnumerable<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string text in texts.WithCancellation(cancellationToken))
        {
            yield return new StreamingChunk { Content = text };
        }

        yield return new StreamingChunk { IsFinal = true };
    }
}
