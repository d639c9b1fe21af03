using System.Buffers;
using System.Text.Json;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>Requests whose answer is one JSON value: embeddings and lists of models.</summary>
/// <param name="sender">Sends them; it stays its owner's to dispose.</param>
internal sealed class JsonExchange(HttpSender sender)
{
    /// <summary>The bound on one answer, in bytes: 2,048 vectors of 3,072 numbers are 60 MB of text.</summary>
    internal const int MaxAnswerBytes = 256 * 1024 * 1024;

    private const int ReadSize = 16 * 1024;

    public HttpSender Sender => sender;

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="ChatAdapterException">The request failed, or its answer is cut, too large, an error, or no JSON.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<JsonElement> SendAsync(ProviderRequest request, ErrorContext context, CancellationToken cancellationToken)
    {
        (HttpResponseMessage response, context) = await sender.OpenAsync(request, HttpSender.Json, context, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            ReadOnlyMemory<byte> body = await ReadAsync(response, context, cancellationToken).ConfigureAwait(false);
            JsonElement answer = Parse(body.Span, context);
            if (!answer.TryGet("error"u8, out _))
            {
                return answer;
            }

            ChatProviderException error = ChatErrorMapper.FromError(ProviderErrorParser.Parse(body), context);
            sender.Report(context, error);
            throw error;
        }
    }

    /// <summary>The failure of an answer that is not what the protocol says.</summary>
    public ChatStreamException Malformed(string what) =>
        new(ChatErrorKind.MalformedStream, $"'{sender.Provider}' answered with {what}; check that the endpoint is the API's address.") { Provider = sender.Provider };

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, ErrorContext context, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            Stream body = await ResponseBody.WaitAsync(response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            await ResponseBody.WaitAsync(CopyAsync(body, buffer, context, cancellationToken), cancellationToken).ConfigureAwait(false);
            return buffer.WrittenMemory;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e)
        {
            throw ChatErrorMapper.FromTransport(e, context, answerStarted: buffer.WrittenCount > 0);
        }
    }

    private static async Task<bool> CopyAsync(Stream body, ArrayBufferWriter<byte> buffer, ErrorContext context, CancellationToken cancellationToken)
    {
        int read;
        while ((read = await body.ReadAsync(buffer.GetMemory(ReadSize), cancellationToken).ConfigureAwait(false)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxAnswerBytes)
            {
                throw new ChatStreamException(ChatErrorKind.BufferLimitExceeded, $"'{context.Provider}' sent an answer of more than {MaxAnswerBytes} bytes; ask for less at once.")
                {
                    Provider = context.Provider,
                };
            }
        }

        return true;
    }

    private JsonElement Parse(ReadOnlySpan<byte> body, ErrorContext context)
    {
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (body.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new ChatStreamException(ChatErrorKind.Truncated, $"'{context.Provider}' answered with nothing.") { Provider = context.Provider };
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            // Not as the cause: its message may quote the answer.
            throw Malformed("something that is no JSON");
        }
    }
}
