using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>The order of the stages and what the modes build.</summary>
public sealed class StreamingPipelineTests : IDisposable
{
    private readonly LogLines _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void UseStreaming_EnhancedWithEveryStage_HasTheOrderAndWarnsOfNothing()
    {
        using IChatClient client = Build(options =>
        {
            options.Mode = StreamingMode.Enhanced;
            options.Timeout.Total = TimeSpan.FromHours(1);
        });

        Assert.Equal(Enum.GetValues<StreamingStage>(), client.Describe().Stages);
        Assert.Equal(StreamingMode.Enhanced, client.Describe().Mode);
        Assert.Empty(_log.All);
    }

    [Fact]
    public void UseStreaming_OverOwnProvider_HasNoStageThatItDoesTheWorkOf()
    {
        using IChatClient client = new OllamaChatClient(new OllamaOptions { Model = "m" }).AsBuilder().UseStreaming(options => options.Mode = StreamingMode.Enhanced).Build();

        Assert.DoesNotContain(StreamingStage.Fallback, client.Describe().Stages);
        Assert.DoesNotContain(StreamingStage.Integrity, client.Describe().Stages);
        Assert.Contains(StreamingStage.Timeout, client.Describe().Stages);
    }

    [Fact]
    public void UseStreaming_Basic_IsValidationAndErrors()
    {
        using IChatClient client = Build(_ => { });

        Assert.Equal([StreamingStage.Validation, StreamingStage.Errors], client.Describe().Stages);
        Assert.Equal("Basic: Validation -> Errors", client.Describe().ToString());
    }

    [Fact]
    public async Task UseStreaming_Basic_PassesTheSameInstances()
    {
        ChatResponseUpdate[] updates = [new(ChatRole.Assistant, "a"), new(ChatRole.Assistant, []), new(ChatRole.Assistant, "b") { FinishReason = ChatFinishReason.Stop }];
        var inner = new ScriptedChatClient(updates.Aggregate(StreamScript.New(), (script, update) => script.Update(update)));
        using IChatClient client = inner.AsBuilder().UseStreaming().Build();

        List<ChatResponseUpdate> received = await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(updates.Length, received.Count);
        Assert.All(updates.Zip(received), pair => Assert.Same(pair.First, pair.Second));
    }

    [Theory]
    [InlineData(StreamingMode.Basic)]
    [InlineData(StreamingMode.Enhanced)]
    public void UseStreaming_RoundsOfBothKinds_StandInTheSlotInBothModes(StreamingMode mode)
    {
        List<IReadOnlyList<StreamingStage>> inside = [];
        using IChatClient client = Build(
            options =>
            {
                options.Mode = mode;
                options.ConfigureRounds = Add;
            },
            Add);

        // Factories run from the innermost outwards.
        Assert.Equal(2, inside.Count);
        Assert.All(inside, stages => Assert.Equal(client.Describe().Stages.Where(stage => stage > StreamingStage.Coalescing), stages));

        void Add(ChatClientBuilder builder) => builder.Use(inner =>
        {
            inside.Add(inner.GetService<StreamingPipelineDescriptor>()?.Stages ?? []);
            return inner;
        });
    }

    [Fact]
    public void UseStreaming_AStageOfOnesOwnOutside_SeesTheStages()
    {
        using IChatClient client = new ScriptedChatClient(StreamScript.New()).AsBuilder()
            .UseStreamingTimeout()
            .UseStreaming()
            .Build(new TestServices(loggers: _log));

        Assert.Equal([StreamingStage.Timeout, StreamingStage.Validation, StreamingStage.Errors], client.Describe().Stages);
        Assert.Null(client.Describe().Mode);
        Assert.Equal(2, _log.At(LogLevel.Warning).Count());
    }

    [Fact]
    public async Task GetService_AnythingElse_IsAskedOfThePipelineAndTheProvider()
    {
        var inner = new ScriptedChatClient(StreamScript.New().Text("a").Finish());
        using IChatClient client = inner.AsBuilder().UseStreaming().Build();

        await client.AskAsync(streaming: true);

        Assert.Same(inner, client.GetService<ScriptedChatClient>());
        Assert.Equal("scripted", client.GetService<ChatClientMetadata>()?.ProviderName);
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Null(client.GetService<StreamingPipelineDescriptor>("key"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_NullMessages_IsRefusedAtTheCall(bool streaming)
    {
        using IChatClient client = new ScriptedChatClient(StreamScript.New()).AsBuilder().UseStreaming().Build();

        await Assert.ThrowsAsync<ArgumentNullException>("messages", () => streaming
            ? Task.FromResult(client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!))
            : client.GetResponseAsync((IEnumerable<ChatMessage>)null!));
    }

    public void Dispose() => _log.Dispose();

    private IChatClient Build(Action<StreamingOptions> configure, Action<ChatClientBuilder>? rounds = null) =>
        new ScriptedChatClient(StreamScript.New().Text("a").Finish()).AsBuilder().UseStreaming(configure, rounds).Build(new TestServices(loggers: _log));
}
