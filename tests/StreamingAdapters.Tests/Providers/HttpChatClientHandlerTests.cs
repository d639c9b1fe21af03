using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers;

/// <summary>A caller's handlers do what they like: nothing hangs, nothing of theirs is taken for the transport's.</summary>
public sealed class HttpChatClientHandlerTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponseAsync_HandlerIgnoresTheToken_CancelsAllTheSame()
    {
        using var cancellation = new CancellationTokenSource();
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        Task<ChatResponse> call = Client(_ => answer.Task).GetResponseAsync("hello", cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        var late = new DisposableContent(new SilentStream());
        answer.SetResult(new HttpResponseMessage { Content = late });
        await AdvanceUntilAsync(late.Disposed, TimeSpan.FromMilliseconds(250));
    }

    // The moment between the end of the wait for an answer and the look at why it ended.
    [Fact]
    public async Task GetResponseAsync_AnswerComesWhileTheCallIsCancelled_ClosesItsConnection()
    {
        using var cancellation = new CancellationTokenSource();
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        var late = new DisposableContent(new SilentStream());
        Task<ChatResponse> call = Client(_ => answer.Task).GetResponseAsync("hello", cancellationToken: cancellation.Token);

        ThrownExceptions.ActDuring(cancellation.Cancel, () => answer.TrySetResult(new HttpResponseMessage { Content = late }));

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await AdvanceUntilAsync(late.Disposed, TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task MoveNextAsync_BodyIgnoresTheToken_CancelsAllTheSameAndDisposesTheResponse()
    {
        using var cancellation = new CancellationTokenSource();
        var content = new DisposableContent(new SilentStream());
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Client(_ => Task.FromResult(new HttpResponseMessage { Content = content }))
            .GetStreamingResponseAsync("hello", cancellationToken: cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool> pending = updates.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();
        await _time.WaitForTimersAsync(1, Token);
        _time.Advance(TimeSpan.FromMilliseconds(250));

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await content.Disposed;
    }

    [Fact]
    public async Task PullAsync_BodyIgnoresTheToken_LeavesItsReadAlone()
    {
        using var cancellation = new CancellationTokenSource();
        var body = new SilentStream("{\"status\":");
        var content = new DisposableContent(body);
        var models = Client(_ => Task.FromResult(new HttpResponseMessage { Content = content })).GetRequiredService<OllamaModelCatalog>();
        Task<ModelPullProgress[]> pull = models.PullAsync("m", cancellation.Token).ToArrayAsync(CancellationToken.None).AsTask();

        await cancellation.CancelAsync();
        await AdvanceUntilAsync(pull, TimeSpan.FromMilliseconds(250));

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal(1, body.PendingReads);
        await content.Disposed.WaitAsync(Safety, Token);
    }

    [Fact]
    public async Task GetResponseAsync_BodyNeitherEndsAfterTheAnswerNorKnowsItsToken_EndsAllTheSame()
    {
        var content = new DisposableContent(new SilentStream(OllamaLines.Hello + OllamaLines.Done));

        Task<ChatResponse> call = Client(_ => Task.FromResult(new HttpResponseMessage { Content = content })).GetResponseAsync("hello", cancellationToken: Token);
        await AdvanceUntilAsync(call, TimeSpan.FromMilliseconds(250));

        Assert.Equal("Hello", (await call).Text);
        await content.Disposed.WaitAsync(Safety, Token);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task GetResponseAsync_ErrorBodyIgnoresTheToken_GivesTheStatusAfterTenSeconds()
    {
        var content = new DisposableContent(new SilentStream("""{"error":"gone"}"""));

        Task<ChatResponse> call = Client(_ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { Content = content })).GetResponseAsync("hello", cancellationToken: Token);
        await AdvanceUntilAsync(call, TimeSpan.FromSeconds(10));

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => call);
        Assert.Equal((404, "gone"), (exception.StatusCode, exception.ProviderMessage));
        await content.Disposed.WaitAsync(Safety, Token);
    }

    [Fact]
    public async Task GetResponseAsync_BodyThatNeverOpens_CancelsAllTheSame()
    {
        using var cancellation = new CancellationTokenSource();
        var content = new DisposableContent(body: null);
        Task<ChatResponse> call = Client(_ => Task.FromResult(new HttpResponseMessage { Content = content })).GetResponseAsync("hello", cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Safety, Token));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await content.Disposed.WaitAsync(Safety, Token);
    }

    [Fact]
    public async Task GetResponseAsync_HandlerThrowsItsOwn_PassesAsItIs()
    {
        var thrown = new InvalidOperationException("of the application");

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Client(_ => throw thrown).GetResponseAsync("hello"));

        Assert.Same(thrown, exception);
    }

    [Fact]
    public async Task GetResponseAsync_ContentThatFailsToOpen_IsOfTheFamily()
    {
        var exception = await Assert.ThrowsAsync<ChatStreamException>(() =>
            Client(_ => Task.FromResult(new HttpResponseMessage { Content = new FailingContent() })).GetResponseAsync("hello"));

        Assert.Equal("ollama", exception.Provider);
        Assert.IsAssignableFrom<IOException>(exception.InnerException?.InnerException ?? exception.InnerException);
    }

    [Fact]
    public async Task MoveNextAsync_BodyIsDisposedByOthers_IsTruncatedAfterWhatCame()
    {
        DecodedAnswer answer = await DecodedAnswer.CollectAsync(
            Client(_ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new DisposedStream()) })).GetStreamingResponseAsync("hello"));

        Assert.Equal("Hello", answer.Text);
        Assert.Equal(ChatErrorKind.Truncated, answer.FailureKind);
    }

    [Fact]
    public async Task SendAsync_Redirect_IsAnErrorAndCarriesNothingElsewhere()
    {
        await using var elsewhere = RawHttpServer.Start(new RawHttpAnswer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + OllamaLines.Done));
        await using var server = RawHttpServer.Start(new RawHttpAnswer($"HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere.Endpoint}\r\nContent-Length: 0\r\n\r\n"));
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "m", ApiKey = "key-1" });

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync("hello", cancellationToken: Token));

        Assert.Equal(307, exception.StatusCode);
        Assert.Empty(elsewhere.Connections);
    }

    private async Task AdvanceUntilAsync(Task call, TimeSpan step)
    {
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, _time.WaitForTimersAsync(1, Token)).WaitAsync(Safety, Token);
            _time.Advance(step);
        }
    }

    private OllamaChatClient Client(Func<HttpRequestMessage, Task<HttpResponseMessage>> send) =>
        new(new OllamaOptions { Model = "m", TimeProvider = _time }, new HttpClient(new Handler(send)));

    private sealed class Handler(Func<HttpRequestMessage, Task<HttpResponseMessage>> send) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => send(request);
    }

    // Without a body it never opens one.
    private sealed class DisposableContent(Stream? body) : HttpContent
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        protected override Task<Stream> CreateContentReadStreamAsync() => body is null ? new TaskCompletionSource<Stream>().Task : Task.FromResult(body);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }

    private sealed class FailingContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new IOException("broken", new SocketException((int)SocketError.ConnectionReset));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    // Says its text, then nothing more, and ignores its token.
    private sealed class SilentStream(string text = "") : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _left = Encoding.UTF8.GetBytes(text);

        public int PendingReads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left.IsEmpty)
            {
                PendingReads++;
                return new(new TaskCompletionSource<int>().Task);
            }

            int count = Math.Min(buffer.Length, _left.Length);
            _left[..count].CopyTo(buffer);
            _left = _left[count..];
            return new(count);
        }
    }

    private sealed class DisposedStream : ReadOnlyStream
    {
        private bool _isRead;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
            {
                return new(0);
            }

            ObjectDisposedException.ThrowIf(_isRead, this);
            _isRead = true;
            return new(Encoding.UTF8.GetBytes(OllamaLines.Hello, buffer.Span));
        }
    }
}
