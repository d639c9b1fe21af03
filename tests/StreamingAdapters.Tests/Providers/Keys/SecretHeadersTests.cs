using StreamingAdapters.Providers.Keys;

namespace StreamingAdapters.Tests.Providers.Keys;

public sealed class SecretHeadersTests
{
    [Theory]
    [InlineData("X-Gateway-Token", "gw-my-secret", "gw-my-secret")]
    [InlineData("authorization", "Bearer gw-my-secret", "Bearer gw-my-secret|gw-my-secret")]
    [InlineData("Cookie", "id=0123456789; theme=dark", "id=0123456789; theme=dark|0123456789")]
    [InlineData("x-api-key", "short", "short")]
    [InlineData("X-Max-Tokens", "4096", "")]
    [InlineData("X-Pin-Token", "12345678", "12345678")]
    [InlineData("X-Team", "blue-and-green", "")]
    [InlineData("anthropic-beta", "context-1m-2025-08-07", "")]
    public void In_Header_GivesWhatIsNamedLikeASecret(string name, string value, string secrets) =>
        Assert.Equal(secrets, string.Join('|', SecretHeaders.In([KeyValuePair.Create(name, value)]).Distinct(StringComparer.Ordinal)));
}
