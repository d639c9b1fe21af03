using System.Text.Json;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class ErrorClassifierTests
{
    public static TheoryData<string> Rows => ErrorRows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void FromError_HttpBodyOfTable_GivesKindOfTable(string name)
    {
        ErrorRow row = ErrorRows.Find(name);

        ChatProviderException exception = ChatErrorMapper.FromError(row.ParseHttp(), new ErrorContext(row.Provider));

        Assert.Equal(row.Kind, exception.Kind);
        Assert.Equal(row.Feature, exception.Feature);
        Assert.Equal(row.ExpectedTransient, exception.IsTransient);
        Assert.Equal(row.Status, exception.StatusCode);
        Assert.Equal(row.Provider, exception.Provider);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void FromError_SameBodyInStream_GivesSameKind(string name)
    {
        ErrorRow row = ErrorRows.Find(name);

        ChatProviderException exception = ChatErrorMapper.FromError(row.ParseInStream(), new ErrorContext(row.Provider));

        Assert.Equal(row.Kind, exception.Kind);
        Assert.Equal(row.Feature, exception.Feature);
        Assert.Equal(row.ExpectedTransient, exception.IsTransient);
    }

    [Theory]
    [InlineData("""{"error":"boom"}""", ChatErrorKind.ServerError, null)]
    [InlineData("""{"error":{"message":"failed to decode, try again, increasing context size or reducing parallel"}}""", ChatErrorKind.ServerError, null)]
    [InlineData("""{"error":{"message":"boom","code":"never_heard_of"}}""", ChatErrorKind.Unknown, null)]
    [InlineData("""{"error":{"message":"prompt is too long","code":"never_heard_of"}}""", ChatErrorKind.ContextLengthExceeded, null)]
    [InlineData("""{"error":"too many requests"}""", ChatErrorKind.RateLimited, null)]
    [InlineData("""{"error":{"message":"boom","code":"error"}}""", ChatErrorKind.ServerError, 500)]
    [InlineData("""{"error":{"message":"boom","code":"network_error"}}""", ChatErrorKind.ServerError, 502)]
    [InlineData("""{"error":{"message":"boom","code":503}}""", ChatErrorKind.Overloaded, 503)]
    [InlineData("""{"error":{"message":"boom","code":"429"}}""", ChatErrorKind.RateLimited, 429)]
    [InlineData("""{"error":{"message":"boom","code":429.0}}""", ChatErrorKind.RateLimited, 429)]
    [InlineData("""{"error":{"message":"boom","code":399}}""", ChatErrorKind.Unknown, null)]
    [InlineData("""{"error":{"message":"boom","code":600}}""", ChatErrorKind.Unknown, null)]
    [InlineData("""{"error":{"message":"boom","type":"rate_limit_error"}}""", ChatErrorKind.RateLimited, 429)]
    [InlineData("""{"error":{"message":"boom","metadata":{"raw":{"code":503}}}}""", ChatErrorKind.Overloaded, 503)]
    [InlineData("""{"error":"unauthorized","signin_url":"https://ollama.com/x"}""", ChatErrorKind.Authentication, 401)]
    [InlineData("{}", ChatErrorKind.Unknown, null)]
    [InlineData("null", ChatErrorKind.Unknown, null)]
    public void FromError_InStreamWithoutHttpStatus_SynthesisesStatus(string body, ChatErrorKind kind, int? status)
    {
        using JsonDocument document = JsonDocument.Parse(body);

        ProviderError error = ProviderErrorParser.Parse(document.RootElement);
        ChatProviderException exception = ChatErrorMapper.FromError(error, new ErrorContext("p"));

        Assert.Equal(status, error.StatusCode);
        Assert.Equal(status, exception.StatusCode);
        Assert.Equal(kind, exception.Kind);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(600)]
    public void FromError_StatusThatIsNoError_IsNeverAKindOfWaiting(int status)
    {
        ChatProviderException exception = ChatErrorMapper.FromError(new ProviderError { StatusCode = status }, new ErrorContext("p"));

        Assert.Equal(status is 302 ? ChatErrorKind.InvalidRequest : ChatErrorKind.Unknown, exception.Kind);
        Assert.False(exception.IsTransient);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(502)]
    [InlineData(503)]
    public void FromError_PhraseWhereStatusIsClear_StatusDecides(int status)
    {
        var error = new ProviderError { StatusCode = status, Message = "rate limit: prompt is too long, model not found, request too large" };

        ChatProviderException exception = ChatErrorMapper.FromError(error, new ErrorContext("p"));

        Assert.Equal(ErrorStatuses.KindOf(status), exception.Kind);
    }

    [Fact]
    public void FromError_GroqsSemanticError_IsTransientOnGroqAlone()
    {
        var error = new ProviderError { StatusCode = 422, Message = "x" };

        Assert.True(ChatErrorMapper.FromError(error, new ErrorContext("Groq")).IsTransient);
        Assert.False(ChatErrorMapper.FromError(error, new ErrorContext("openai")).IsTransient);
    }

    [Fact]
    public void All_PhrasesOfTheTable_AreReachable()
    {
        foreach (ErrorPhrase phrase in ErrorPhrases.All)
        {
            int? status = phrase.Scopes.HasFlag(ErrorPhraseScopes.NoStatus) ? null : 429;
            var error = new ProviderError { StatusCode = status, Message = string.Join(" ", phrase.Parts) };

            ErrorVerdict verdict = ErrorClassifier.Classify(error, new ErrorContext("p"));

            Assert.Equal(phrase.Verdict, verdict);
        }
    }
}
