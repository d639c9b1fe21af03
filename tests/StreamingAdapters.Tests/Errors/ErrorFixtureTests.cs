using System.Text.Json;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class ErrorFixtureTests
{
    private static readonly Dictionary<string, ChatErrorKind> Kinds = new(StringComparer.Ordinal)
    {
        ["azure-openai-chat-404"] = ChatErrorKind.ModelNotFound,
        ["deepseek-openai-chat-400"] = ChatErrorKind.ContextLengthExceeded,
        ["doubleword-vllm-openai-chat-404"] = ChatErrorKind.ModelNotFound,
        ["mistral-openai-chat-400-2"] = ChatErrorKind.ModelNotFound,
        ["ollama-openai-chat-400"] = ChatErrorKind.ContextLengthExceeded,
        ["openrouter-openrouter-400"] = ChatErrorKind.ContextLengthExceeded,
        ["openrouter-openrouter-400-2"] = ChatErrorKind.ModelNotFound,
        ["perplexity-openai-chat-400"] = ChatErrorKind.ContextLengthExceeded,
        ["venice-openai-chat-404"] = ChatErrorKind.ModelNotFound,
        ["xai-openai-responses-400"] = ChatErrorKind.Authentication,
        ["openai-openai-responses-400"] = ChatErrorKind.ModelNotFound,
        ["google-gemini-400-2"] = ChatErrorKind.Authentication,
        ["google-vertex-unary-failure-api-key"] = ChatErrorKind.Authentication,
    };

    public static IEnumerable<ITheoryDataRow> Files => Fixtures.Files("http-error");

    public static IEnumerable<ITheoryDataRow> QuotaFiles => Fixtures.Files("http-error", entry => entry.File.EndsWith("/google-gemini-429.json", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void Parse_RecordedErrorBody_GivesMessageCodeTypeAndKind(string file)
    {
        FixtureEntry entry = Fixtures.Entry("http-error", file);
        JsonElement expected = entry.ReadExpected();

        ProviderError error = ProviderErrorParser.Parse(entry.ReadBytes());
        ChatProviderException exception = ChatErrorMapper.FromError(error with { StatusCode = entry.HttpStatus }, new ErrorContext(entry.Provider));

        Assert.Equal(expected.GetProperty("error").GetProperty("message").GetString(), error.Message);
        Assert.Equal(expected.GetProperty("error").GetProperty("code").GetString(), error.Code);
        Assert.Equal(expected.GetProperty("error").GetProperty("type").GetString(), error.Type);
        Assert.Equal(expected.GetProperty("http_status").GetInt32(), exception.StatusCode);
        Assert.Equal(ExpectedKind(entry), exception.Kind);
        Assert.DoesNotContain(error.Message!, exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(QuotaFiles))]
    public void Parse_RecordedQuotaError_KeepsTheHintOfItsText(string file)
    {
        byte[] body = Fixtures.Entry("http-error", file).ReadBytes();

        ProviderError error = ProviderErrorParser.Parse(body);

        Assert.NotEmpty(error.QuotaIds);
        Assert.InRange(RetryHintParser.Parse(headers: null, error, default)!.Value.TotalSeconds, 48, 49);
    }

    private static ChatErrorKind ExpectedKind(FixtureEntry entry) => Kinds.TryGetValue(Path.GetFileNameWithoutExtension(entry.File), out ChatErrorKind kind)
        ? kind
        : entry.HttpStatus switch
        {
            400 => ChatErrorKind.InvalidRequest,
            401 => ChatErrorKind.Authentication,
            403 => ChatErrorKind.PermissionDenied,
            404 => ChatErrorKind.ModelNotFound,
            429 => ChatErrorKind.RateLimited,
            var status => throw new InvalidOperationException($"No expectation for status {status}."),
        };
}
