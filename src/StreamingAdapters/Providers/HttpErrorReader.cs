using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers;

/// <summary>Makes an exception of a response whose status is an error.</summary>
internal static class HttpErrorReader
{
    /// <summary>What is read of an error body, in bytes: messages are at the front, echoes of the request behind.</summary>
    internal const int MaxBodyBytes = 64 * 1024;

    // The status is known already: a body that hangs must not hide it.
    private static readonly TimeSpan BodyLimit = TimeSpan.FromSeconds(10);

    /// <summary>Reads the body and classifies it. The response stays the caller's to dispose, which abandons the rest of a long body.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal static async Task<ChatProviderException> ReadAsync(
        HttpResponseMessage response, ErrorContext context, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> body = await ReadBodyAsync(response.Content, timeProvider, cancellationToken).ConfigureAwait(false);
        ProviderError error = ProviderErrorParser.Parse(body);

        // A success with an error body: its own code is the only status there is.
        error = response.IsSuccessStatusCode ? error : error with { StatusCode = (int)response.StatusCode };
        TimeSpan? hint = RetryHintParser.Parse(response.Headers, PromptEcho.Hide(error, context.PromptTexts), timeProvider.GetUtcNow());
        return ChatErrorMapper.FromError(error with { RetryAfter = hint }, context);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(BodyLimit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        byte[] buffer = new byte[MaxBodyBytes];
        int length = 0;
        try
        {
            Stream stream = await ResponseBody.WaitAsync(content.ReadAsStreamAsync(either.Token), either.Token).ConfigureAwait(false);
            int read;
            do
            {
                read = await ResponseBody.WaitAsync(stream.ReadAsync(buffer.AsMemory(length), either.Token).AsTask(), either.Token).ConfigureAwait(false);
                length += read;
            }
            while (read > 0 && length < buffer.Length);
        }
        catch (Exception)
        {
            // Cut, corrupt or silent: what came and the status have to do. A reset that the cancellation itself caused is the cancellation.
        }

        cancellationToken.ThrowIfCancellationRequested();
        return buffer.AsMemory(0, length);
    }
}
