using System.Text.Json;
using OllamaSharp.Models.Exceptions;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class ForeignExceptionsTests
{
    private static readonly ErrorContext Context = new("ollama", "m");

    public static TheoryData<string> OllamaRows =>
    [
        .. ErrorRows.All.Where(row => row is { Provider: "ollama", Status: 400 } && row.Body.StartsWith("{\"error\":\"", StringComparison.Ordinal)).Select(row => row.Name),
    ];

    [Theory]
    [MemberData(nameof(OllamaRows))]
    public void Map_OllamaSharpOnABadRequest_MeansTheSameAsItsBody(string name)
    {
        ErrorRow row = ErrorRows.Find(name);
        string text = JsonDocument.Parse(row.Body).RootElement.GetProperty("error").GetString()!;

        foreach (Exception cause in (Exception[])[new OllamaException(text), new OllamaException(row.Body), new ModelDoesNotSupportToolsException(text)])
        {
            ChatAdapterException failure = ChatErrorMapper.Map(cause, Context, answerStarted: false)!;

            Assert.Equal((row.Kind, 400, row.Feature, text), (failure.Kind, failure.StatusCode, failure.Feature, failure.ProviderMessage));
            Assert.Same(cause, failure.InnerException);
            Assert.DoesNotContain(text, failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("an error was encountered while running the model", ChatErrorKind.ServerError)]
    [InlineData("the input length exceeds the context length", ChatErrorKind.ContextLengthExceeded)]
    public void Map_OllamaSharpInAStream_MeansTheSameAsItsLine(string text, ChatErrorKind kind)
    {
        ChatAdapterException failure = ChatErrorMapper.Map(new ResponseError(text), Context, answerStarted: true)!;
        using JsonDocument line = JsonDocument.Parse($$"""{"error":"{{text}}"}""");

        Assert.Equal((kind, (int?)null), (failure.Kind, failure.StatusCode));
        Assert.Equal(ChatErrorMapper.FromError(ProviderErrorParser.Parse(line.RootElement), Context).Kind, failure.Kind);
    }

    [Fact]
    public void Map_WrapperOfAKnownClient_IsItsTransportsFailure()
    {
        var wrapper = new OllamaException("x", new HttpRequestException(HttpRequestError.NameResolutionError));

        ChatAdapterException failure = ChatErrorMapper.Map(wrapper, "ollama")!;

        Assert.Equal(ChatErrorKind.Network, failure.Kind);
        Assert.Same(wrapper, failure.InnerException);
    }

    [Fact]
    public void Map_WrapperOfAKnownClientAroundSomethingElse_IsUnknown() =>
        Assert.Equal(ChatErrorKind.Unknown, ChatErrorMapper.Map(new OllamaException("x", new FormatException()))!.Kind);

    [Theory]
    [InlineData("HTTP 429 (requests: rate_limit_exceeded)\n\nSlow down. Please try again in 20s.", ChatErrorKind.RateLimited, 429, "rate_limit_exceeded", 20)]
    [InlineData("HTTP 400 (invalid_request_error: unsupported_value)\nParameter: stream\n\nNo.", ChatErrorKind.UnsupportedFeature, 400, "unsupported_value", null)]
    [InlineData("HTTP 400 (invalid_request_error: )\n\nprompt is too long: 9 tokens > 8 maximum", ChatErrorKind.ContextLengthExceeded, 400, "invalid_request_error", null)]
    [InlineData("Service request failed.\nStatus: 503 (Service Unavailable)\n", ChatErrorKind.Overloaded, 503, null, null)]
    [InlineData("Service request failed.\r\nStatus: 401 (Unauthorized)", ChatErrorKind.Authentication, 401, null, null)]
    public void FromMessage_OfAClientResult_TellsWhatItSays(string message, ChatErrorKind kind, int status, string? code, int? seconds)
    {
        ChatProviderException failure = ChatErrorMapper.FromError(ClientResultReader.FromMessage(message)!, new ErrorContext("openai"));

        Assert.Equal((kind, status, code), (failure.Kind, failure.StatusCode, failure.ErrorCode));
        Assert.Equal(seconds, failure.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("The model said: HTTP 429 (x: y)")]
    [InlineData("HTTP 0 (x: y)")]
    [InlineData("Something\nStatus: 429 (x)")]
    public void FromMessage_WithoutAStatus_IsNull(string message) => Assert.Null(ClientResultReader.FromMessage(message));

    [Fact]
    public void FromMessage_Huge_IsCut()
    {
        string message = "HTTP 400 (a: b)\n\n" + new string('x', 1_000_000);

        Assert.InRange(ClientResultReader.FromMessage(message)!.Message!.Length, 60_000, 66_000);
    }

    [Theory]
    [InlineData("The operation was cancelled because it exceeded the configured timeout of 0:01:40. The default timeout can be adjusted.", false, ChatTimeoutPhase.Headers)]
    [InlineData("The operation was cancelled because it exceeded the configured timeout of 0:01:40.", true, ChatTimeoutPhase.Total)]
    public void Map_NetworkTimeoutOfClientModel_IsATimeout(string message, bool answerStarted, ChatTimeoutPhase phase)
    {
        var cause = new TaskCanceledException(message, new TaskCanceledException());

        ChatTimeoutException failure = Assert.IsType<ChatTimeoutException>(ChatErrorMapper.Map(cause, Context, answerStarted));

        Assert.Equal(phase, failure.Phase);
        Assert.Same(cause, failure.InnerException);
    }

    [Fact]
    public void Map_RetriesThatFailed_AreTheLastFailure()
    {
        Exception[] attempts = [new HttpRequestException(HttpRequestError.ConnectionError), new OllamaException("does not support tools")];

        ChatAdapterException failure = ChatErrorMapper.Map(new AggregateException("Retry failed after 2 tries.", attempts))!;

        Assert.Equal((ChatErrorKind.UnsupportedFeature, "tools"), (failure.Kind, failure.Feature));
        Assert.Null(ChatErrorMapper.Map(new AggregateException("Tools failed.", attempts)));
        Assert.Null(ChatErrorMapper.Map(new AggregateException("Retry failed after 2 tries.", new InvalidOperationException())));
    }

    [Fact]
    public void Map_JsonExceptionNeverThrownOrOfThisCode_IsNull()
    {
        Assert.Null(ChatErrorMapper.Map(new JsonException("x")));
        Assert.Null(ChatErrorMapper.Map(Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse("{"))));
    }

    [Fact]
    public void Map_JsonExceptionOfAKnownDecoder_IsMalformed()
    {
        JsonException cause = Assert.ThrowsAny<JsonException>(() => OllamaSharp.Decoder.Read("{"));

        ChatAdapterException failure = ChatErrorMapper.Map(cause, "ollama")!;

        Assert.Equal((ChatErrorKind.MalformedStream, "ollama"), (failure.Kind, failure.Provider));
        Assert.Same(cause, failure.InnerException);
    }
}
