using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class ChatErrorMapperTests
{
    private static readonly ErrorContext Context = new("p", "m", "the-api-key", ["the prompt"]);

    [Theory]
    [InlineData(HttpRequestError.Unknown, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.NameResolutionError, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.ConnectionError, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.SecureConnectionError, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.HttpProtocolError, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.ExtendedConnectNotSupported, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.VersionNegotiationError, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.UserAuthenticationError, ChatErrorKind.Authentication, ChatErrorKind.Authentication)]
    [InlineData(HttpRequestError.ProxyTunnelError, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.InvalidResponse, ChatErrorKind.MalformedStream, ChatErrorKind.MalformedStream)]
    [InlineData(HttpRequestError.ResponseEnded, ChatErrorKind.Network, ChatErrorKind.Truncated)]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded, ChatErrorKind.BufferLimitExceeded, ChatErrorKind.BufferLimitExceeded)]
    public void FromTransport_EveryHttpRequestError_GivesKindBeforeAndInTheAnswer(HttpRequestError error, ChatErrorKind before, ChatErrorKind inAnswer)
    {
        Exception[] causes =
        [
            new HttpRequestException(error, "quote"), new HttpIOException(error, "quote"),
            new HttpRequestException("quote", new HttpIOException(error, "quote")), new HttpRequestException(error, "quote", statusCode: ProxyStatus(error)),
        ];
        foreach (Exception cause in causes)
        {
            AssertMapped(ChatErrorMapper.FromTransport(cause, Context, answerStarted: false), before, cause);
            AssertMapped(ChatErrorMapper.FromTransport(cause, Context, answerStarted: true), inAnswer, cause);
        }
    }

    public static TheoryData<string> TransportCauses => [.. Causes.Keys];

    [Theory]
    [MemberData(nameof(TransportCauses))]
    public void FromTransport_BareCause_IsNetworkOrTruncated(string name)
    {
        Exception cause = Causes[name];

        AssertMapped(ChatErrorMapper.FromTransport(cause, Context, answerStarted: false), ChatErrorKind.Network, cause);
        AssertMapped(ChatErrorMapper.FromTransport(cause, Context, answerStarted: true), ChatErrorKind.Truncated, cause);
        Assert.Equal(name is "end of stream" ? null : ChatErrorKind.Network, ChatErrorMapper.Map(cause, "p")?.Kind);
    }

    [Fact]
    public void FromTransport_CorruptCompression_IsMalformed()
    {
        var cause = new InvalidDataException("quote");

        AssertMapped(ChatErrorMapper.FromTransport(cause, Context, answerStarted: true), ChatErrorKind.MalformedStream, cause);
    }

    [Fact]
    public void FromTransport_SomethingElse_IsUnknown()
    {
        var cause = new InvalidOperationException("quote", new FormatException("quote"));

        AssertMapped(ChatErrorMapper.FromTransport(cause, Context, answerStarted: false), ChatErrorKind.Unknown, cause);
        AssertMapped(ChatErrorMapper.FromTransport(new InvalidOperationException("quote", cause = new("quote", new SocketException())), Context, true), ChatErrorKind.Truncated);
    }

    [Theory]
    [InlineData("A connection could not be established within the configured ConnectTimeout.", false, ChatTimeoutPhase.Connect)]
    [InlineData("A task was canceled.", false, ChatTimeoutPhase.Headers)]
    [InlineData("A task was canceled.", true, ChatTimeoutPhase.Total)]
    public void FromTransport_TimeoutOfHttpClient_IsATimeoutAndNoCancellation(string text, bool answerStarted, ChatTimeoutPhase phase)
    {
        var timeout = new TimeoutException(text);
        foreach (Exception cause in new Exception[] { timeout, new TaskCanceledException("x", timeout), new HttpRequestException("x", new TaskCanceledException("x", timeout)) })
        {
            ChatTimeoutException exception = Assert.IsType<ChatTimeoutException>(ChatErrorMapper.FromTransport(cause, Context, answerStarted));

            Assert.Equal((phase, "p"), (exception.Phase, exception.Provider));
            Assert.Same(cause, exception.InnerException);
        }
    }

    [Fact]
    public void Map_FamilyMember_IsReturnedAsItIs()
    {
        var own = new ChatStreamException(ChatErrorKind.Truncated, "x");

        Assert.Same(own, ChatErrorMapper.Map(own));
        Assert.Same(own, ChatErrorMapper.FromTransport(own, Context, answerStarted: true));
    }

    [Theory]
    [InlineData(401, ChatErrorKind.Authentication)]
    [InlineData(404, ChatErrorKind.ModelNotFound)]
    [InlineData(429, ChatErrorKind.RateLimited)]
    [InlineData(503, ChatErrorKind.Overloaded)]
    public void Map_HttpRequestExceptionWithStatus_IsAProviderError(int status, ChatErrorKind kind)
    {
        var cause = new HttpRequestException("Response status code does not indicate success: quote", inner: null, (HttpStatusCode)status);

        ChatAdapterException? exception = ChatErrorMapper.Map(cause);

        Assert.IsType<ChatProviderException>(exception);
        Assert.Equal((kind, status, null), (exception.Kind, exception.StatusCode, exception.Provider));
        Assert.Same(cause, exception.InnerException);
        Assert.DoesNotContain("quote", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Map_ProxyThatRefusesTheTunnel_IsNetwork()
    {
        var cause = new HttpRequestException(HttpRequestError.ProxyTunnelError, "x", statusCode: HttpStatusCode.ProxyAuthenticationRequired);

        Assert.Equal(ChatErrorKind.Network, ChatErrorMapper.Map(cause, "p")!.Kind);
    }

    [Fact]
    public void Map_BodyReadThatBroke_IsTruncated() =>
        Assert.Equal(ChatErrorKind.Truncated, ChatErrorMapper.Map(new HttpIOException(HttpRequestError.ResponseEnded))!.Kind);

    [Fact]
    public void Map_CancellationByTimeout_IsATimeout() =>
        Assert.Equal(ChatErrorKind.HeadersTimeout, ChatErrorMapper.Map(new TaskCanceledException("x", new TimeoutException()), "p")!.Kind);

    [Fact]
    public void Map_WhatIsNotOurs_IsNull()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using FileStream locked = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        Exception[] foreign =
        [
            new OperationCanceledException(), new TaskCanceledException("x", new IOException()), new ArgumentOutOfRangeException(null), new ObjectDisposedException("x"),
            new InvalidOperationException("x"), new FileNotFoundException("x"), new TimeoutException(), new AggregateException(new SocketException()),
            Assert.Throws<IOException>(() => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)),
        ];

        Assert.All(foreign, exception => Assert.Null(ChatErrorMapper.Map(exception)));
    }

    [Fact]
    public void Map_Null_Throws() => Assert.Throws<ArgumentNullException>("exception", () => ChatErrorMapper.Map(null!));

    [Fact]
    public void ToString_CausesThatQuoteTheServer_TellTypeAndErrorAlone()
    {
        Exception cause = Thrown(new HttpRequestException(HttpRequestError.InvalidResponse, "quote", new HttpIOException(HttpRequestError.InvalidResponse, "quote", new InvalidOperationException("quote"))));

        string text = ChatErrorMapper.FromTransport(cause, Context, answerStarted: false).ToString();

        Assert.DoesNotContain("quote", text, StringComparison.Ordinal);
        Assert.Contains("HttpRequestException: InvalidResponse", text, StringComparison.Ordinal);
        Assert.Contains("HttpIOException: InvalidResponse", text, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", text, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), text, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_SocketCause_TellsItsText()
    {
        var cause = new SocketException((int)SocketError.ConnectionRefused);

        ChatAdapterException exception = ChatErrorMapper.Map(new HttpRequestException(HttpRequestError.ConnectionError, "x", cause), "p")!;

        Assert.Contains(cause.Message, exception.ToString(), StringComparison.Ordinal);
        Assert.Contains("p could not be reached (ConnectionRefused).", exception.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Exception> Causes { get; } = new(StringComparer.Ordinal)
    {
        ["socket"] = new SocketException((int)SocketError.ConnectionReset),
        ["socket in I/O"] = new IOException("quote", new SocketException((int)SocketError.Shutdown)),
        ["socket in I/O in HTTP"] = new HttpRequestException("quote", new IOException("quote", new SocketException((int)SocketError.TimedOut))),
        ["I/O"] = new IOException("quote"),
        ["I/O in HTTP"] = new HttpRequestException("quote", new IOException("quote")),
        ["TLS"] = new AuthenticationException("The remote certificate is invalid."),
        ["TLS in HTTP"] = new HttpRequestException("quote", new AuthenticationException("The remote certificate is invalid.")),
        ["end of stream"] = new EndOfStreamException("quote"),
    };

    private static HttpStatusCode? ProxyStatus(HttpRequestError error) => error is HttpRequestError.ProxyTunnelError ? HttpStatusCode.BadGateway : null;

    private static void AssertMapped(ChatAdapterException exception, ChatErrorKind kind, Exception? cause = null)
    {
        Assert.IsType<ChatStreamException>(exception);
        Assert.Equal((kind, "p"), (exception.Kind, exception.Provider));
        Assert.True(cause is null || ReferenceEquals(cause, exception.InnerException));
        Assert.DoesNotContain("quote", exception.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("p ", exception.Message, StringComparison.Ordinal);
    }

    private static Exception Thrown(Exception exception) => Assert.ThrowsAny<Exception>(new Action(() => throw exception));
}
