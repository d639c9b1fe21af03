using System.Net;
using System.Text.Json;
using StreamingAdapters.Bridge;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Bridge;

public sealed class StreamingChunkErrorTests
{
    public static TheoryData<Exception, string?> Exceptions => new()
    {
        { new ChatTimeoutException(ChatTimeoutPhase.Idle, TimeSpan.FromSeconds(1), "x"), "streaming_timeout" },
        { new ChatTimeoutException(ChatTimeoutPhase.Total, null, "x"), "streaming_timeout" },
        { new ChatProviderException(ChatErrorKind.HeadersTimeout, "x"), "streaming_timeout" },
        { new HttpRequestException("x", null, HttpStatusCode.GatewayTimeout), "streaming_timeout" },
        { new TaskCanceledException("x", new TimeoutException()), "streaming_timeout" },
        { new TimeoutException("x"), "streaming_timeout" },
        { new ChatStreamException(ChatErrorKind.Truncated, "x"), "streaming_error" },
        { new ChatProviderException(ChatErrorKind.RateLimited, "x"), "streaming_error" },
        { new ChatValidationException("x"), "streaming_error" },
        { new HttpRequestException(HttpRequestError.ConnectionError), "streaming_error" },
        { new HttpIOException(HttpRequestError.ResponseEnded), "streaming_error" },
        { new OperationCanceledException(), null },
        { new TaskCanceledException(), null },
        { new ObjectDisposedException("x"), null },
        { new InvalidOperationException("the application's own"), null },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void NameOf_Exception_IsOneOfTwoOrNone(Exception exception, string? name)
    {
        Assert.Equal(name, StreamingChunkError.NameOf(exception));
        Assert.Equal(name, StreamingChunkError.From(exception)?.Name);
    }

    [Fact]
    public void From_FailureWithPartial_KeepsItOutOfItsText()
    {
        var failure = new ChatStreamException(ChatErrorKind.Truncated, "The answer was cut.") { Partial = "Once upon" };

        StreamingChunkError error = StreamingChunkError.From(failure)!;

        Assert.Equal(("streaming_error", "The answer was cut.", "Once upon"), (error.Name, error.Message, error.Partial));
        Assert.Equal("streaming_error: The answer was cut.", error.ToString());
        Assert.Equal(
            """{"name":"streaming_error","message":"The answer was cut.","partial":"Once upon"}""",
            JsonSerializer.Serialize(error, StreamingChunkJsonContext.Default.StreamingChunkError));
    }

    [Fact]
    public void From_TimeoutOfAnotherLibrary_DoesNotRepeatItsText() =>
        Assert.DoesNotContain("secret", StreamingChunkError.From(new TimeoutException("secret"))!.ToString(), StringComparison.Ordinal);

    [Fact]
    public void From_Null_Throws() => Assert.Throws<ArgumentNullException>(() => StreamingChunkError.From(null!));
}
