using System.Collections;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>What is planted into requests and answers, and looked for in everything that is emitted.</summary>
internal static class Planted
{
    public const string Key = "sk-planted-0123456789abcdefghij";
    public const string Prompt = "Is the PROMPTMARKER in the north of the harbour of Zadar?";
    public const string Answer = "ANSWERMARKER";

    // Nothing about it looks like a key.
    public const string GatewayToken = "wanderers-of-the-gateway";

    /// <summary>What a server may say of a request, to stand in a text of JSON.</summary>
    public const string Echo = $"You sent \\\"{Prompt}\\\" under the key {Key}, and with it {GatewayToken}.";

    /// <summary>The headers that an application gives, with the gateway's token.</summary>
    public static Dictionary<string, string> Headers { get; } = new() { ["X-Gateway-Token"] = GatewayToken };

    /// <summary>How a provider is reached with all of it.</summary>
    public static ChatProviderOptions Options(bool rotates, TimeProvider time) => new()
    {
        Endpoint = new Uri("http://localhost:1"),
        Model = "m",
        Headers = Headers,
        ApiKey = rotates ? null : Key,
        ApiKeyProvider = rotates ? new RotatingApiKeyProvider([Key, $"{Key}-2"], new ApiKeyRotationOptions { TimeProvider = time }) : null,
        TimeProvider = time,
    };

    public static void CheckAbsent(string text)
    {
        CheckSecretsAbsent(text);
        Assert.DoesNotContain("PROMPTMARKER", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Answer, text, StringComparison.OrdinalIgnoreCase);
    }

    public static void CheckSecretsAbsent(string text)
    {
        Assert.DoesNotContain(Key, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(GatewayToken, text, StringComparison.OrdinalIgnoreCase);
    }

    public static void CheckAbsent(Exception? failure)
    {
        CheckAbsent($"{failure}");
        for (Exception? next = failure; next is not null; next = next.InnerException)
        {
            CheckAbsent(next.Message);
            CheckAbsent(string.Join('\n', next.Data.Cast<DictionaryEntry>().Select(entry => AIJson.Text((Dictionary<string, object?>)entry.Value!))));
        }

        CheckSecretsAbsent((failure as ChatAdapterException)?.ProviderMessage ?? "");
    }
}
