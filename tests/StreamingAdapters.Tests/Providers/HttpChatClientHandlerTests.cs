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
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task GetResponseAsync_HandlerIgnoresTheToken_CancelsAllTheSame()
    {
        using var cancellation = new CancellationTokenSource();
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        Task<ChatResponse> call = Client(_ => answer.Task).GetResponseAsync("hello", cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        var late = new DisposableContent();
        answer.SetResult(new HttpResponseMessage { Content = late });
        await late.Disposed;
    }

    [Fact]
    public async Task MoveNextAsync_BodyIgnoresTheToken_CancelsAllTheSameAndDisposesTheResponse()
    {
        using var cancellation = new CancellationTokenSource();
        var content = new DisposableContent();
        await using IAsyncEnumerator<ChatResponseUpdate> updates = Client(_ => Task.FromResult(new HttpResponseMessage { Content = content }))
            .GetStreamingResponseAsync("hello", cancellationToken: cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool> pending = updates.MoveNextAsync().AsTask();

        await cancellation.CancelAsync();
        await _time.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(250));

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        await content.Disposed;
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

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(307, exception.StatusCode);
        Assert.Empty(elsewhere.Connections);
    }

    private OllamaChatClient Client(Func<HttpRequestMessage, Task<HttpResponseMessage>> send) =>
        new(new OllamaOptions { Model = "m", TimeProvider = _time }, new HttpClient(new Handler(send)));

    private sealed class Handler(Func<HttpRequestMessage, Task<HttpResponseMessage>> send) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => send(request);
    }

    private sealed class DisposableContent : HttpContent
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new SilentStream());

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

    private sealed class SilentStream : ReadOnlyStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(new TaskCompletionSource<int>().Task);
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
