using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;

namespace StreamingAdapters.Providers;

/// <summary>One answer from request to end: opens the response, hands out its updates, and leaves the connection as <see cref="ResponseBody"/> says.</summary>
internal sealed class ChatResponseStream(HttpChatClient client, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private ErrorContext _context = client.CreateErrorContext(messages, options);
    private HttpResponseMessage? _response;
    private Stream? _body;
    private FrameReader? _frames;
    private StreamDecoder? _decoder;
    private bool _isStreaming;
    private bool _hasDelivered;
    private bool _bodyEnded;
    private bool _isDrained;
    private bool _isReleased;
    private Task<bool>? _pendingRead;
    private ChatAdapterException? _bodyError;

    private bool IsOver => _decoder!.IsComplete || _decoder.Failure is not null;

    /// <summary>The next update; null at the end of a whole answer.</summary>
    /// <exception cref="ChatAdapterException">The answer failed; every update before the failure was handed out.</exception>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public ValueTask<ChatResponseUpdate?> NextAsync()
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _decoder is not null && TryTake(out ChatResponseUpdate? update) ? new(update) : WaitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_response is null)
        {
            return;
        }

        if (_decoder is { IsComplete: true })
        {
            await DrainAsync().ConfigureAwait(false);
        }

        await ResponseBody.LeaveAsync(_isReleased ? null : _body, _frames, _pendingRead, client.TimeProvider).ConfigureAwait(false);
        _response.Dispose();
        _response = null;
    }

    // Whatever the bytes at hand give, without waiting.
    private bool TryTake(out ChatResponseUpdate? update)
    {
        update = null;
        try
        {
            while (!IsOver && _frames!.TryRead(out Frame frame))
            {
                update = _decoder!.Decode(in frame);
                if (update is not null)
                {
                    return true;
                }
            }
        }
        catch (ChatStreamException e)
        {
            update = _decoder!.FailWith(WithProvider(e));
        }

        return update is not null;
    }

    private async ValueTask<ChatResponseUpdate?> WaitAsync()
    {
        if (_decoder is null)
        {
            await OpenAsync(client.StreamsModel(options)).ConfigureAwait(false);
        }

        while (true)
        {
            if (TryTake(out ChatResponseUpdate? update) || (!IsOver && _bodyEnded && (update = _decoder!.End(_bodyError)) is not null))
            {
                _hasDelivered = true;
                return update;
            }

            if (_decoder!.Failure is { } failure)
            {
                client.ReportFailure(_context, failure);
                await RefuseOrReopenAsync(failure).ConfigureAwait(false);
            }
            else if (_decoder.IsComplete)
            {
                await DrainAsync().ConfigureAwait(false);
                return null;
            }
            else
            {
                await FillAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask FillAsync()
    {
        try
        {
            _bodyEnded = !await WaitForBytesAsync().ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (ChatStreamException e)
        {
            (_bodyEnded, _bodyError) = (true, WithProvider(e));
        }
        catch (Exception e)
        {
            (_bodyEnded, _bodyError) = (true, ChatErrorMapper.FromTransport(e, _context, answerStarted: _frames!.HasReceived));
        }
    }

    // A caller's handler may give a body that ignores the token; the wait does not.
    private async ValueTask<bool> WaitForBytesAsync()
    {
        ValueTask<bool> fill = _frames!.FillAsync(cancellationToken);
        if (fill.IsCompleted || client.OwnsHttp)
        {
            return await fill.ConfigureAwait(false);
        }

        _pendingRead = fill.AsTask();
        return await _pendingRead.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // The framing knows no provider.
    private ChatStreamException WithProvider(ChatStreamException e) =>
        new(e.Kind, e.Message, e.InnerException) { Provider = _context.Provider };

    private async Task OpenAsync(bool isStreaming)
    {
        _isStreaming = isStreaming;
        ProviderRequest request = MapRequest();
        try
        {
            (_response, _context) = await client.OpenAsync(request, _context, cancellationToken).ConfigureAwait(false);
        }
        catch (ChatProviderException error)
        {
            await RefuseOrReopenAsync(error).ConfigureAwait(false);
            return;
        }

        _body = await OpenBodyAsync().ConfigureAwait(false);
        _frames = client.CreateFraming(_body, _response.Content.Headers.ContentType?.MediaType);
        _decoder = client.CreateDecoder(_context, options);
    }

    private ProviderRequest MapRequest()
    {
        try
        {
            return client.MapRequest(messages, options, _isStreaming);
        }
        catch (ChatValidationException e)
        {
            throw new ChatValidationException(e.Failures) { Provider = _context.Provider };
        }
    }

    // A content that serialises itself fails here, not in the first read.
    private async Task<Stream> OpenBodyAsync()
    {
        try
        {
            return await ResponseBody.WaitAsync(_response!.Content.ReadAsStreamAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e)
        {
            throw ChatErrorMapper.FromTransport(e, _context, answerStarted: false);
        }
    }

    // A server that refuses to stream this model is asked once more, for the whole answer at once.
    private async Task RefuseOrReopenAsync(ChatAdapterException failure)
    {
        bool refusesStreaming = failure is { Kind: ChatErrorKind.UnsupportedFeature, Feature: "streaming" };
        if (!refusesStreaming || !_isStreaming || _hasDelivered)
        {
            throw failure;
        }

        client.RememberUnstreamed(options);
        await DisposeAsync().ConfigureAwait(false);
        (_body, _frames, _decoder, _bodyEnded, _bodyError, _pendingRead) = (null, null, null, false, null, null);
        await OpenAsync(isStreaming: false).ConfigureAwait(false);
    }

    private async ValueTask DrainAsync()
    {
        if (!_isDrained)
        {
            _isDrained = true;
            _isReleased = _bodyEnded || await TryDrainBodyAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> TryDrainBodyAsync()
    {
        ValueTask<bool> drain = ResponseBody.TryDrainAsync(_body!, client.TimeProvider, cancellationToken);
        if (drain.IsCompleted || client.OwnsHttp)
        {
            return await drain.ConfigureAwait(false);
        }

        _pendingRead = drain.AsTask();
        return await ResponseBody.EndsWithinGraceAsync(_pendingRead, client.TimeProvider).ConfigureAwait(false) && await _pendingRead.ConfigureAwait(false);
    }
}
