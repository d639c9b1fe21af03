using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using StreamingAdapters.Integrity;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Integrity;

public sealed class StreamingIntegrityOptionsTests
{
    [Fact]
    public void Options_Default_RequireEverything()
    {
        var options = new StreamingIntegrityOptions();

        Assert.True(options.Enabled && options.RequireFinishReason && options.RequireContent && options.Annotate);
    }

    [Theory]
    [InlineData("Enabled")]
    [InlineData("RequireFinishReason")]
    [InlineData("RequireContent")]
    [InlineData("Annotate")]
    public void Read_Key_SetsItsPropertyAlone(string key)
    {
        (StreamingIntegrityOptions options, IReadOnlyList<string> failures) = Read(key, "false");

        Assert.Empty(failures);
        Assert.Equal(
            (key != "Enabled", key != "RequireFinishReason", key != "RequireContent", key != "Annotate"),
            (options.Enabled, options.RequireFinishReason, options.RequireContent, options.Annotate));
    }

    [Theory]
    [InlineData("RequireContent", "no", "Chat:Integrity:RequireContent is 'no': it has to be true or false.")]
    [InlineData("Strict", "true", "Chat:Integrity:Strict is unknown: the keys here are Annotate, Enabled, RequireContent, RequireFinishReason.")]
    public void Read_BadKeyOrValue_SaysPathAndRule(string key, string value, string failure) => Assert.Equal([failure], Read(key, value).Failures);

    [Fact]
    public void UseStreamingIntegrity_OverAForeignClient_AddsTheStage()
    {
        using var inner = new ScriptedChatClient(StreamScript.New());
        using IChatClient client = inner.AsBuilder().UseStreamingTimeout().UseStreamingIntegrity().Build();

        Assert.Equal([StreamingStage.Timeout, StreamingStage.Integrity], client.GetService<StreamingPipelineDescriptor>()?.Stages);
    }

    [Fact]
    public void UseStreamingIntegrity_OverAProviderOfThisLibrary_AddsNothing()
    {
        using var provider = new OllamaChatClient(new OllamaOptions { Model = "m" });
        using IChatClient direct = provider.AsBuilder().UseStreamingIntegrity().Build();
        using IChatClient behindAStage = provider.AsBuilder().UseStreamingIntegrity().UseStreamingTimeout().Build();

        Assert.Same(provider, direct);
        Assert.Null(behindAStage.GetService<StreamingIntegrityChatClient>());
    }

    [Fact]
    public void UseStreamingIntegrity_NothingToDo_AddsNothing()
    {
        using var inner = new ScriptedChatClient(StreamScript.New());

        using IChatClient client = inner.AsBuilder().UseStreamingIntegrity(options => options.RequireFinishReason = options.RequireContent = options.Annotate = false).Build();

        Assert.Same(inner, client);
    }

    private static (StreamingIntegrityOptions Options, IReadOnlyList<string> Failures) Read(string key, string value)
    {
        var options = new StreamingIntegrityOptions();
        var failures = new SettingsFailures("Chat:Integrity");
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"Chat:Integrity:{key}", (string?)value)]).Build();
        SettingsSection.Read(root.GetSection("Chat:Integrity"), options, failures);
        return (options, failures.All);
    }
}
