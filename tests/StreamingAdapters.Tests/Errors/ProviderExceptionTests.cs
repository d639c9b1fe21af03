using System.Text;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class ProviderExceptionTests
{
    public static TheoryData<string> Rows => ErrorRows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Message_EveryRow_IsOurOwnSentence(string name)
    {
        ErrorRow row = ErrorRows.Find(name);
        ProviderError error = row.ParseHttp() with { Message = "PROVIDERTEXT sk-secret-secret", Nested = null };

        ChatProviderException exception = ChatErrorMapper.FromError(error, new ErrorContext(row.Provider, "the-model", "sk-secret-secret", ["PROVIDERTEXT"]));

        Assert.StartsWith($"{row.Provider} ", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"(status {row.Status}", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PROVIDERTEXT", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal("PROVIDERTEXT ***", exception.ProviderMessage);
    }

    [Fact]
    public void Message_EveryKindOfTheTable_DiffersFromEveryOther()
    {
        ChatErrorKind[] kinds = [.. ErrorRows.All.Select(row => row.Kind).Append(ChatErrorKind.Unknown).Distinct()];

        IEnumerable<string> sentences = kinds.Select(kind => ErrorSentences.Compose(new ErrorVerdict(kind), new ErrorContext(""), new ProviderError(), null, null, null));

        Assert.Equal(kinds.Length, sentences.Distinct(StringComparer.Ordinal).Count());
        Assert.All(sentences, sentence => Assert.StartsWith("The provider ", sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ollama", "llama9", "ollama does not have model 'llama9' (status 404). Run 'ollama pull llama9', or choose an installed model.")]
    [InlineData("Ollama", null, "Ollama does not have the model (status 404). Check the model's name and the endpoint's path.")]
    [InlineData("openai", "llama9", "openai does not have model 'llama9' (status 404). Check the model's name and the endpoint's path.")]
    public void Message_ModelNotFound_NamesTheRequestsModel(string provider, string? model, string expected)
    {
        var error = new ProviderError { StatusCode = 404, Message = "model 'other' not found" };

        Assert.Equal(expected, ChatErrorMapper.FromError(error, new ErrorContext(provider, model)).Message);
    }

    [Fact]
    public void Message_ContextErrorOfLlamaCpp_TellsTheNumbers()
    {
        ProviderError error = ErrorRows.All.Single(row => row.Provider is "llamacpp" && row.Status is 400).ParseHttp();

        string message = ChatErrorMapper.FromError(error, new ErrorContext("llamacpp", "m")).Message;

        Assert.Equal(
            "llamacpp refused the request because it is longer than the context of model 'm' (status 400, 4476 tokens for a context of 4096). "
            + "Shorten the conversation, or use a model with a larger context.",
            message);
    }

    [Fact]
    public void Message_RetryHint_IsRoundedUp()
    {
        var error = new ProviderError { StatusCode = 429, Code = "rate_limit_exceeded", RetryAfter = TimeSpan.FromMilliseconds(1200) };

        ChatProviderException exception = ChatErrorMapper.FromError(error, new ErrorContext("p"));

        Assert.Equal("p limits the rate of requests (status 429, code rate_limit_exceeded). Send the request again in 2 seconds.", exception.Message);
        Assert.Equal(TimeSpan.FromMilliseconds(1200), exception.RetryAfter);
    }

    [Theory]
    [InlineData("c", "t", "c")]
    [InlineData(null, "t", "t")]
    [InlineData("not a word", "t.T-1_", "t.T-1_")]
    [InlineData("400", null, "400")]
    [InlineData("", "Bad Request", null)]
    [InlineData("line\nbreak", null, null)]
    [InlineData("sk-abcdefgh", "t", "t")]
    [InlineData("my-own-key", null, null)]
    [InlineData("é", null, null)]
    public void ErrorCode_ProvidersWord_IsCheckedBeforeItIsTold(string? code, string? type, string? expected)
    {
        var error = new ProviderError { StatusCode = 400, Code = code, Type = type };

        ChatProviderException exception = ChatErrorMapper.FromError(error, new ErrorContext("p", ApiKey: "my-own-key"));

        Assert.Equal(expected, exception.ErrorCode);
        Assert.Equal(expected is not null and not "400", exception.Message.Contains($"code {expected}", StringComparison.Ordinal));
    }

    [Fact]
    public void ErrorCode_LongerThan64_IsNull()
    {
        var error = new ProviderError { Code = new string('x', 65), Type = new string('y', 64) };

        Assert.Equal(error.Type, ChatErrorMapper.FromError(error, new ErrorContext("p")).ErrorCode);
    }

    [Fact]
    public void Data_SignInUrl_IsThere()
    {
        ProviderError error = ProviderErrorParser.Parse("""{"error":"unauthorized","signin_url":"https://ollama.com/connect"}"""u8.ToArray());

        ChatProviderException exception = ChatErrorMapper.FromError(error, new ErrorContext("ollama"));

        Assert.Equal("https://ollama.com/connect", exception.Data["signin_url"]);
        Assert.Equal((ChatErrorKind.Authentication, 401), (exception.Kind, exception.StatusCode));
        Assert.Contains("Sign in", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("https", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ProviderMessage_RoutersAndUpstreamsText_AreBothThere()
    {
        var nested = new ProviderError { Message = "upstream" };

        Assert.Equal("router: upstream", ProviderMessage(new ProviderError { Message = "router", Nested = nested }));
        Assert.Equal("upstream", ProviderMessage(new ProviderError { Nested = nested }));
        Assert.Equal("router", ProviderMessage(new ProviderError { Message = "router", Nested = new ProviderError() }));
        Assert.Null(ProviderMessage(new ProviderError()));
    }

    [Fact]
    public void ProviderMessage_HostileBodies_AreShortAndSound()
    {
        byte[][] bodies =
        [
            Encoding.UTF8.GetBytes($"<html><title>{new string('é', 500_000)}</title>"),
            Encoding.UTF8.GetBytes($"<html>{string.Concat(Enumerable.Repeat("<b>x</b>", 100_000))}"),
            Encoding.UTF8.GetBytes("{\"error\":\"" + string.Concat(Enumerable.Repeat("\\ud83d", 50_000)) + "\"}"),
            Encoding.UTF8.GetBytes(new string('[', 60_000)),
            [.. Enumerable.Repeat((byte)0xFF, 60_000)],
        ];
        foreach (byte[] body in bodies)
        {
            ChatProviderException exception = ChatErrorMapper.FromError(ProviderErrorParser.Parse(body), new ErrorContext("p"));

            Assert.InRange(Encoding.UTF8.GetByteCount(exception.ProviderMessage!), 1, 4096);
            Assert.InRange(exception.Message.Length, 1, 400);
        }
    }

    private static string? ProviderMessage(ProviderError error) => ChatErrorMapper.FromError(error, new ErrorContext("p")).ProviderMessage;
}
