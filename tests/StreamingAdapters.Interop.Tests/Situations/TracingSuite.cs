using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.AI;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>Tracing outside and inside the stages; what traces is a derived class's.</summary>
public abstract class TracingSuite
{
    public static MatrixTheoryData<string, bool, bool> Everywhere => new(Model.Names, [true, false], [true, false]);

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Call_Traced_OneSpanAndTheSameAnswer(string name, bool streaming, bool outside)
    {
        using var spans = new Spans($"{GetType().Name} {name} {streaming} {outside}");
        using IChatClient untraced = Build(Model.Talking(name, streaming), builder => builder, outside);
        using IChatClient traced = Build(Model.Talking(name, streaming), builder => UseTracing(builder, spans.Source), outside);

        ChatResponse expected = await untraced.AskAsync(streaming);
        ChatResponse response = await traced.AskAsync(streaming);

        Activity span = Assert.Single(spans.Ended);
        Assert.NotEqual(ActivityStatusCode.Error, span.Status);
        Assert.Equal("It snows.", response.Text);
        Assert.Equal(
            (expected.Text, expected.FinishReason, expected.ResponseId, expected.ModelId, expected.Usage?.TotalTokenCount),
            (response.Text, response.FinishReason, response.ResponseId, response.ModelId, response.Usage?.TotalTokenCount));
        Assert.Equal(StreamOutcome.Completed, response.GetStreamSummary()?.Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_Traced_EveryChunkKeepsItsMetadata(bool outside)
    {
        using var spans = new Spans($"{GetType().Name} chunks {outside}");
        using IChatClient untraced = Build(Model.Talking(Model.Names[0], streaming: true), builder => builder, outside);
        using IChatClient traced = Build(Model.Talking(Model.Names[0], streaming: true), builder => UseTracing(builder, spans.Source), outside);

        List<ChatResponseUpdate> expected = await untraced.StreamAsync();
        List<ChatResponseUpdate> updates = await traced.StreamAsync();

        Assert.Single(spans.Ended);
        Assert.Equal(expected.Select(update => update.Text), updates.Select(update => update.Text));
        Assert.Equal(expected.Select(update => update.GetChunkMetadata()), updates.Select(update => update.GetChunkMetadata()));
        Assert.Equal([0L, 1L, 2L, null], updates.Select(update => update.GetChunkMetadata()?.Index));
        Assert.NotNull(updates[^1].GetStreamSummary());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_TracedAndBrokenOff_EndsTheSpan(bool outside)
    {
        using var spans = new Spans($"{GetType().Name} broken off {outside}");
        using IChatClient traced = Build(Model.Talking(Model.Names[0], streaming: true), builder => UseTracing(builder, spans.Source), outside);

        await foreach (ChatResponseUpdate update in traced.GetStreamingResponseAsync("Weather?", cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal("It ", update.Text);
            break;
        }

        Assert.Single(spans.Ended);
    }

    /// <summary>Adds what starts an activity of the source for every call.</summary>
    protected abstract ChatClientBuilder UseTracing(ChatClientBuilder builder, string sourceName);

    private static IChatClient Build(Model model, Func<ChatClientBuilder, ChatClientBuilder> useTracing, bool outside)
    {
        ChatClientBuilder builder = model.Client.AsBuilder();
        builder = outside ? UseStages(useTracing(builder)) : useTracing(UseStages(builder));
        return builder.Build(new TestServices(new ManualTimeProvider()));
    }

    private static ChatClientBuilder UseStages(ChatClientBuilder builder) => builder.UseStreaming(options => options.Mode = StreamingMode.Enhanced);

    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentQueue<Activity> _ended = new();

        public Spans(string source)
        {
            Source = source;
            _listener = new ActivityListener
            {
                ShouldListenTo = candidate => candidate.Name == source,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public string Source { get; }

        public IReadOnlyCollection<Activity> Ended => _ended;

        public void Dispose() => _listener.Dispose();
    }
}
