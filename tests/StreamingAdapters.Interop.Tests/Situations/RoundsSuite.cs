using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>An answer of two rounds through the configured whole; what runs the tools is a derived class's.</summary>
public abstract class RoundsSuite
{
    private readonly List<string> _cities = [];

    public static MatrixTheoryData<string, bool> ModelsInBothMethods => new(Model.Names, [true, false]);

    public static TheoryData<string> Models => [.. Model.Names];

    [Theory]
    [MemberData(nameof(ModelsInBothMethods))]
    public async Task TwoRounds_BothMethods_OneSummaryAndTheUsageOfBoth(string name, bool streaming)
    {
        Model model = Model.WithTools(name, streaming);
        using IChatClient client = Build(model, StreamingMode.Enhanced);

        ChatResponse response = await client.AskAsync(streaming, Tools());

        StreamSummary summary = response.GetStreamSummary()!;
        UsageTotals totals = client.GetService<UsageAccumulator>()!.Total;
        Assert.Equal(["Oslo"], _cities);
        Assert.Equal(2, model.Calls());
        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(message => message.Role));
        Assert.Equal("It rains.", response.Messages[^1].Text);
        Assert.Equal((30L, 12L), (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
        Assert.Equal((StreamOutcome.Completed, 30L, 12L), (summary.Outcome, summary.Usage?.InputTokenCount, summary.Usage?.OutputTokenCount));
        Assert.Equal((1L, 30L, 12L), (totals.Answers, totals.Usage.InputTokenCount, totals.Usage.OutputTokenCount));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task TwoRounds_Streaming_OneGaplessIndexAndOneSummary(string name)
    {
        using IChatClient client = Build(Model.WithTools(name, streaming: true), StreamingMode.Enhanced);

        List<ChatResponseUpdate> updates = await client.StreamAsync(Tools());

        List<ChatResponseUpdate> chunks = updates[..^1];
        Assert.Equal(Enumerable.Range(0, chunks.Count).Select(index => (long?)index), chunks.Select(update => update.GetChunkMetadata()?.Index));
        Assert.Equal(chunks.Count, updates[^1].GetStreamSummary()?.Chunks);
        Assert.Single(updates, update => update.GetStreamSummary() is not null);
        Assert.Contains(chunks, update => update.Contents.Any(content => content is FunctionResultContent));
    }

    [Theory]
    [MemberData(nameof(ModelsInBothMethods))]
    public async Task TwoRounds_Basic_RunsTheToolOnce(string name, bool streaming)
    {
        Model model = Model.WithTools(name, streaming);
        using IChatClient client = Build(model, StreamingMode.Basic);

        ChatResponse response = await client.AskAsync(streaming, Tools());

        Assert.Equal(["Oslo"], _cities);
        Assert.Equal((2, "It rains."), (model.Calls(), response.Messages[^1].Text));
        Assert.Null(response.GetStreamSummary());
    }

    /// <summary>Adds what runs the tools that a model asks for.</summary>
    protected abstract void UseRounds(ChatClientBuilder builder);

    private IChatClient Build(Model model, StreamingMode mode) => model.Client.AsBuilder()
        .UseStreaming(options => options.Mode = mode, rounds: UseRounds)
        .Build(new TestServices(new ManualTimeProvider()));

    private ChatOptions Tools() => new()
    {
        Tools =
        [
            AIFunctionFactory.Create(
                (string city) =>
                {
                    _cities.Add(city);
                    return $"rain in {city}";
                },
                "weather"),
        ],
    };
}
