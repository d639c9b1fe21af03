using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using StreamingAdapters.Fallback;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Fallback;

public sealed class StreamingFallbackOptionsTests
{
    [Fact]
    public void Options_Default_RememberForAnHour()
    {
        var options = new StreamingFallbackOptions();

        Assert.Equal((true, TimeSpan.FromHours(1)), (options.Enabled, options.RefusalLifetime));
    }

    [Theory]
    [InlineData("Enabled", "false", false, 60)]
    [InlineData("RefusalLifetime", "00:05:00", true, 5)]
    public void Read_Key_SetsItsPropertyAlone(string key, string value, bool enabled, int minutes)
    {
        (StreamingFallbackOptions options, IReadOnlyList<string> failures) = Read(key, value);

        Assert.Empty(failures);
        Assert.Equal((enabled, TimeSpan.FromMinutes(minutes)), (options.Enabled, options.RefusalLifetime));
    }

    [Theory]
    [InlineData("RefusalLifetime", "soon", "Chat:Fallback:RefusalLifetime is 'soon': it has to be a duration such as 00:02:00.")]
    [InlineData("Lifetime", "00:01:00", "Chat:Fallback:Lifetime is unknown: the keys here are Enabled, RefusalLifetime.")]
    public void Read_BadKeyOrValue_SaysPathAndRule(string key, string value, string failure) => Assert.Equal([failure], Read(key, value).Failures);

    [Theory]
    [InlineData(0)]
    [InlineData(366)]
    public void UseStreamingFallback_LifetimeOutOfRange_Throws(int days)
    {
        using var inner = new ScriptedChatClient(StreamScript.New());

        Assert.Throws<ArgumentException>("options", () => inner.AsBuilder().UseStreamingFallback(options => options.RefusalLifetime = TimeSpan.FromDays(days)));
    }

    [Fact]
    public void UseStreamingFallback_OverAForeignClient_AddsTheStage()
    {
        using var inner = new ScriptedChatClient(StreamScript.New());
        using IChatClient client = inner.AsBuilder().UseStreamingFallback().UseStreamingTimeout().Build();

        Assert.Equal([StreamingStage.Fallback, StreamingStage.Timeout], client.GetService<StreamingPipelineDescriptor>()?.Stages);
    }

    [Fact]
    public async Task UseStreamingFallback_OverAProviderOfThisLibrary_AddsNothingAndTheProviderAsksAgainItself()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using EmulatedOpenAIServer server = await EmulatedOpenAIServer.StartAsync(cancellationToken: token);
        server.Enqueue(ServerFault.RefusesStream(), ServerFault.RefusesStream());
        using var provider = new OpenAIChatClient(new OpenAIOptions { Endpoint = server.Endpoint, Model = "emulated", ApiKey = "key" });
        using IChatClient client = provider.AsBuilder().UseStreamingFallback().Build();

        string first = (await client.GetStreamingResponseAsync("Hi", cancellationToken: token).ToChatResponseAsync(token)).Text;
        string second = (await client.GetStreamingResponseAsync("Hi", cancellationToken: token).ToChatResponseAsync(token)).Text;

        Assert.Same(provider, client);
        Assert.Equal((TextGenerator.Text(1, "Hi", 60), first), (first, second));
        Assert.Equal([true, false, false], server.Requests.Select(request => request.Json?.TryGetProperty("stream", out var stream) is true && stream.GetBoolean()));
    }

    private static (StreamingFallbackOptions Options, IReadOnlyList<string> Failures) Read(string key, string value)
    {
        var options = new StreamingFallbackOptions();
        var failures = new SettingsFailures("Chat:Fallback");
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"Chat:Fallback:{key}", (string?)value)]).Build();
        SettingsSection.Read(root.GetSection("Chat:Fallback"), options, failures);
        return (options, failures.All);
    }
}
