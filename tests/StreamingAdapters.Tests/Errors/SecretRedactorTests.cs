using System.Text;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class SecretRedactorTests
{
    [Theory]
    [InlineData("Incorrect API key provided: sk-fake-key. You can find your API key at https://platform.openai.com/account/api-keys.", "Incorrect API key provided: ***. You can find your API key at https://platform.openai.com/account/api-keys.")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer ***")]
    [InlineData("authorization=bearer  x", "authorization=bearer  ***")]
    [InlineData("Invalid API key: 0123456789abcdef0123", "Invalid API key: ***")]
    [InlineData("The api_key you sent, \"AbCdEf1234567890ghij\", is wrong", "The api_key you sent, \"***\", is wrong")]
    [InlineData("key gsk_abcdef123456, xai-abcdef123456; hf_abcdefghij (AIzaSyA1234567890)", "key ***, ***; *** (***)")]
    [InlineData("token eyJhbGciOi.eyJzdWIi.sig", "token ***")]
    [InlineData("task-based and risk-free, sk-SK", "task-based and risk-free, sk-SK")]
    [InlineData("The key cannot use a_long_word_without_digits", "The key cannot use a_long_word_without_digits")]
    [InlineData("key one two three four five 0123456789abcdef0123", "key one two three four five 0123456789abcdef0123")]
    [InlineData("Your api key: ****-key is invalid", "Your api key: ****-key is invalid")]
    [InlineData("see key at https://host/keys/v1/0123456789", "see key at https://host/keys/v1/0123456789")]
    [InlineData("...", "...")]
    public void Redact_TextWithKeys_HidesKeysAlone(string text, string expected) => Assert.Equal(expected, SecretRedactor.Redact(text, apiKey: null));

    [Theory]
    [InlineData("my own/key", "The my own/key is bad, my own/key!", "The *** is bad, ***!")]
    [InlineData(" padded ", "got padded", "got ***")]
    [InlineData("abc", "an abc", "an abc")]
    [InlineData("", "text", "text")]
    public void Redact_KeyThatWasSent_IsHiddenUnlessAPlaceholder(string key, string text, string expected) => Assert.Equal(expected, SecretRedactor.Redact(text, key));

    [Fact]
    public void Redact_SecretsThatWereSent_AreHiddenTheLongestFirst() =>
        Assert.Equal("*** of ***, *** and abc", SecretRedactor.Redact("my-key-2 of my-gateway, my-key and abc", "my-key", ["my-gateway", "abc", "my-key-2"]));

    [Theory]
    [InlineData("a", 5000, 4096)]
    [InlineData("é", 5000, 4096)]
    [InlineData("€", 5000, 4095)]
    [InlineData("\U0001F600", 5000, 4096)]
    [InlineData("a", 4096, 4096)]
    public void Present_LongText_EndsBetweenCharacters(string character, int count, int bytes)
    {
        string text = SecretRedactor.Present(string.Concat(Enumerable.Repeat(character, count)), apiKey: null)!;

        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(text));
        Assert.Equal("", text.Replace(character, "", StringComparison.Ordinal));
    }

    [Fact]
    public void Present_KeyAcrossTheCut_LeavesNoPartOfIt()
    {
        string text = SecretRedactor.Present($"{new string('.', 4093)}sk-secret-part", "sk-secret-part")!;

        Assert.EndsWith(".***", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Present_NoText_IsNull(string? text) => Assert.Null(SecretRedactor.Present(text, "key"));
}
