using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.ErrorHandling;

/// <summary>Makes one family of exceptions, <see cref="ChatAdapterException"/>, of what any client throws, with the text as far as the consumer saw it.</summary>
/// <remarks>
/// <para>
/// Failures of HTTP and of the transport are mapped, and the exceptions of the OpenAI SDK, the Anthropic SDK and OllamaSharp, with the original as the
/// cause. A client's timeout is a <see cref="ChatTimeoutException"/>. A broken transport is <see cref="ChatErrorKind.Truncated"/> when something of the
/// answer had arrived, else <see cref="ChatErrorKind.Network"/>.
/// </para>
/// <para>
/// Everything else passes as it is, the same instance with its stack: the caller's cancellation and any other without a timeout behind it, argument errors,
/// disposed objects, exceptions of the application's own code. An <see cref="HttpRequestException"/> that a tool lets out through function invocation
/// cannot be told from a client's: <see cref="StreamingErrorsOptions.Map"/> can.
/// </para>
/// <para>The stage has no clock and gives nothing up: over a client that ignores its token it waits as long as the client does.</para>
/// </remarks>
public sealed class StreamingErrorsChatClient : StreamingStageChatClient
{
    private readonly bool _keepPartial;
    private readonly Func<Exception, Exception?>? _map;

    /// <summary>Creates the stage.</summary>
    /// <param name="innerClient">The next client inwards.</param>
    /// <param name="options">What to keep and map; null for the defaults.</param>
    /// <param name="loggerFactory">Where a wrong order of stages is warned of; null for nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    public StreamingErrorsChatClient(IChatClient innerClient, StreamingErrorsOptions? options = null, ILoggerFactory? loggerFactory = null)
        : base(innerClient, StreamingStage.Errors, loggerFactory)
    {
        options ??= new StreamingErrorsOptions();
        _keepPartial = options.KeepPartial;
        _map = options.Map;
    }

    private protected override async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return await InnerClient.GetResponseAsync(messages, options, cancellationToken);
        }
        catch (Exception e)
        {
            Throw(e, text: null, messages, options, answerStarted: null, cancellationToken);
            throw;
        }
    }

    private protected override async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PartialText? text = _keepPartial ? new PartialText() : null;
        IAsyncEnumerator<ChatResponseUpdate>? updates = null;
        ChatResponseUpdate? update = null;
        bool hasFailed = false;
        try
        {
            while (true)
            {
                try
                {
                    updates ??= InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    if (!await updates.MoveNextAsync())
                    {
                        yield break;
                    }

                    update = updates.Current;
                }
                catch (Exception e)
                {
                    hasFailed = true;
                    Throw(e, text, messages, options, HasStarted(update), cancellationToken);
                    throw;
                }

                text?.Append(update);
                yield return update;
            }
        }
        finally
        {
            if (updates is not null)
            {
                await EndAsync(updates, hasFailed, text, messages, options, HasStarted(update), cancellationToken);
            }
        }
    }

    // What a client says as it is left must not take the place of what made the consumer leave.
    private async ValueTask EndAsync(
        IAsyncEnumerator<ChatResponseUpdate> updates,
        bool hasFailed,
        PartialText? text,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        bool answerStarted,
        CancellationToken cancellationToken)
    {
        try
        {
            await updates.DisposeAsync();
        }
        catch (Exception e)
        {
            if (!hasFailed)
            {
                Throw(e, text, messages, options, answerStarted, cancellationToken);
            }
        }
    }

    // After a tool's result comes an answer of its own, of which nothing has arrived yet.
    private static bool HasStarted(ChatResponseUpdate? last) => last is not null && !last.Contents.Any(content => content is FunctionResultContent);

    // What is not translated keeps its stack.
    [DoesNotReturn]
    private void Throw(
        Exception exception, PartialText? text, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool? answerStarted, CancellationToken cancellationToken)
    {
        Exception thrown = Translate(exception, messages, options, answerStarted, cancellationToken);
        if (_keepPartial && thrown is ChatAdapterException { Partial: null } own)
        {
            own.FillPartial(text?.ToString() ?? "");
        }

        ExceptionDispatchInfo.Throw(thrown);
    }

    private Exception Translate(Exception exception, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool? answerStarted, CancellationToken cancellationToken)
    {
        if (exception is ChatAdapterException || (exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return exception;
        }

        if (_map?.Invoke(exception) is { } chosen)
        {
            return chosen;
        }

        ChatClientMetadata? metadata = InnerClient.GetService<ChatClientMetadata>();
        var context = new ErrorContext(metadata?.ProviderName ?? "", options?.ModelId ?? metadata?.DefaultModelId, PromptTexts: new PromptTexts(messages, options));
        ChatAdapterException? mapped = ChatErrorMapper.Map(exception, context, answerStarted);

        // A client that the caller cancels may break its connection and report that; what stages inside wrote on its exception is found through the cause.
        return mapped is not null && cancellationToken.IsCancellationRequested
            ? new OperationCanceledException("The call was cancelled.", mapped, cancellationToken)
            : mapped ?? exception;
    }
}
