using System.Text.Encodings.Web;
using System.Text.Json;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class PromptEchoTests
{
    public static TheoryData<string> Rows => ErrorRows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void FromError_AnyPhraseEchoedFromThePrompt_KeepsTheKind(string name)
    {
        ErrorRow row = ErrorRows.Find(name);
        ProviderError error = row.ParseHttp();
        foreach (ErrorPhrase phrase in ErrorPhrases.All)
        {
            string prompt = $"What does \"{string.Join(" ... ", phrase.Parts)}\" mean?\nPlease try again in 3h – thanks! It's \ud83d\ude00";
            foreach (string echo in Echoes(prompt))
            {
                ProviderError echoing = error with { Message = $"{error.Message} (input: '{echo}')" };

                ChatProviderException exception = ChatErrorMapper.FromError(echoing, new ErrorContext(row.Provider, PromptTexts: ["other text", prompt]));

                Assert.Equal((row.Kind, row.Feature), (exception.Kind, exception.Feature));
                Assert.NotEqual(TimeSpan.FromHours(3), exception.RetryAfter);
            }
        }
    }

    [Fact]
    public void FromError_EchoThatIsNotKnownAsPrompt_ChangesTheKind()
    {
        var error = new ProviderError { StatusCode = 400, Message = "Bad input: 'what does prompt is too long mean?'" };

        Assert.Equal(ChatErrorKind.ContextLengthExceeded, ChatErrorMapper.FromError(error, new ErrorContext("p")).Kind);
        Assert.Equal(ChatErrorKind.InvalidRequest, ChatErrorMapper.FromError(error, new ErrorContext("p", PromptTexts: ["what does prompt is too long mean?"])).Kind);
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("maximum")]
    [InlineData("length is 4096")]
    [InlineData("hi")]
    [InlineData("")]
    public void Says_PromptThatIsAWordOfThePhrase_StillCounts(string prompt)
    {
        var echo = new PromptEcho("This model's maximum context length is 4096 tokens", [prompt]);

        Assert.True(echo.Says("maximum context length is"));
    }

    [Fact]
    public void Says_SaidByProviderAndEchoed_Counts()
    {
        const string Prompt = "why is my prompt is too long?";
        var echo = new PromptEcho($"input '{Prompt}': the prompt is too long", [Prompt]);

        Assert.True(echo.Says("prompt is too long"));
        Assert.False(new PromptEcho($"input '{Prompt}'", [Prompt]).Says("prompt is too long"));
    }

    [Fact]
    public void Says_EchoCutByTheServer_DoesNotCount()
    {
        string prompt = $"{new string('a', 80)} prompt is too long {new string('b', 5000)}";
        var echo = new PromptEcho($"Cannot read: {prompt[..300]}...", [prompt]);

        Assert.False(echo.Says("prompt is too long"));
    }

    [Fact]
    public void Says_MessageIsTheBeginningOfAShortQuote_Counts()
    {
        var echo = new PromptEcho("prompt is too long", ["prompt is too long, what does it mean?"]);

        Assert.True(echo.Says("prompt is too long"));
    }

    [Fact]
    public void Says_PromptWithLoneSurrogate_IsFoundAsReplacementCharacter()
    {
        foreach (char half in "\ud83d\ude00")
        {
            var echo = new PromptEcho("in: say \uFFFD rate limit", [$"say {half} rate limit"]);

            Assert.False(echo.Says("rate limit"));
        }
    }

    [Fact]
    public void Hide_NestedErrors_BlanksBoth()
    {
        var error = new ProviderError { Message = "a secret b", Nested = new ProviderError { Message = "SECRET", Nested = new ProviderError() } };

        ProviderError hidden = PromptEcho.Hide(error, ["secret"]);

        Assert.Equal("a        b", hidden.Message);
        Assert.Equal("      ", hidden.Nested!.Message);
        Assert.Null(hidden.Nested.Nested!.Message);
    }

    private static IEnumerable<string> Echoes(string prompt) =>
    [
        prompt,
        JsonEncodedText.Encode(prompt).Value,
        JsonEncodedText.Encode(prompt, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
        JsonEncodedText.Encode(prompt).Value.ToLowerInvariant(),
    ];
}
