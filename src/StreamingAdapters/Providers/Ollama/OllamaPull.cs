using System.Text.Json;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Ollama;

/// <summary>One <c>/api/pull</c>, from the request to the word of success.</summary>
internal sealed class OllamaPull(HttpSender sender, string model, CancellationToken cancellationToken) : IAsyncDisposable
{
    private ErrorContext _context = new(sender.Provider, model);
    private HttpResponseMessage? _response;
    private Stream? _body;
    private NdjsonFraming? _frames;
    private Task<bool>? _pendingRead;
    private bool _hasEnded;
    private bool _isDone;

    /// <summary>What the server tells next; null when the model is there.</summary>
    /// <exception cref="ChatAdapterException">The pull failed.</exception>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public async ValueTask<ModelPullProgress?> NextAsync()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_frames is null)
        {
            await OpenAsync().ConfigureAwait(false);
        }

        while (!_isDone)
        {
            if (_frames!.TryRead(out Frame frame))
            {
                return Read(frame);
            }

            if (_hasEnded)
            {
                throw new ChatStreamException(ChatErrorKind.Truncated, $"'{sender.Provider}' ended its answer before the model '{model}' was there; ask again, and it goes on.") { Provider = sender.Provider };
            }

            await FillAsync().ConfigureAwait(false);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await ResponseBody.LeaveAsync(_hasEnded ? null : _body, _frames, _pendingRead, sender.TimeProvider).ConfigureAwait(false);
        _response?.Dispose();
    }

    private async Task OpenAsync()
    {
        const string MediaType = "application/x-ndjson";
        RequestBody body = RequestBody.Begin(given: null);
        body.Set("model", model);
        body.Set("stream", true);
        (_response, _context) = await sender.OpenAsync(new ProviderRequest(OllamaModels.Of(sender, "/api/pull"), body.ToBytes(), model, IsStreaming: true), MediaType, _context, cancellationToken).ConfigureAwait(false);
        _body = await ReadAsync(_response.Content.ReadAsStreamAsync(cancellationToken)).ConfigureAwait(false);
        _frames = new NdjsonFraming(_body);
    }

    private ModelPullProgress Read(Frame frame)
    {
        JsonElement line;
        try
        {
            var reader = new Utf8JsonReader(frame.Data.Span);
            line = JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            ChatErrorKind kind = frame.IsTerminated ? ChatErrorKind.MalformedStream : ChatErrorKind.Truncated;
            throw new ChatStreamException(kind, $"'{sender.Provider}' sent a line that is no JSON.") { Provider = sender.Provider };
        }

        if (line.TryGet("error"u8, out _))
        {
            // The registry's 404 in the server's words (server/images.go): without a status it would be a failure that another try may help.
            ProviderError error = ProviderErrorParser.Parse(line);
            ChatProviderException failure = ChatErrorMapper.FromError(error.Message?.EndsWith("file does not exist", StringComparison.Ordinal) is true ? error with { StatusCode = 404 } : error, _context);
            sender.Report(_context, failure);
            throw failure;
        }

        string status = line.Text("status"u8) ?? "";
        _isDone = status == "success";
        return new ModelPullProgress { Status = status, Digest = line.Text("digest"u8), CompletedBytes = line.Number("completed"), TotalBytes = line.Number("total") };
    }

    private async Task FillAsync()
    {
        _pendingRead = _frames!.FillAsync(cancellationToken).AsTask();
        _hasEnded = !await ReadAsync(_pendingRead).ConfigureAwait(false);
    }

    private async Task<T> ReadAsync<T>(Task<T> reading)
    {
        try
        {
            return await ResponseBody.WaitAsync(reading, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e)
        {
            _hasEnded = true;
            throw ChatErrorMapper.FromTransport(e, _context, answerStarted: _frames?.HasReceived is true);
        }
    }
}
