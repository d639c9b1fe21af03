using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using NSubstitute;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>Options in code and in configuration, services, and what is written down.</summary>
public sealed class StreamingUsageOptionsTests
{
    [Fact]
    public void Read_Section_SetsEverything()
    {
        var options = new StreamingUsageOptions();

        IReadOnlyList<string> failures = Read(options, """
            { "Enabled": false, "Estimate": false, "MaxConversations": 5, "ConversationLifetime": "00:10:00",
              "Prices": { "gpt-5": { "Input": 1.25, "Output": 10, "CachedInput": 0.125, "Reasoning": 8 }, "llama3.2": {} } }
            """);

        Assert.Empty(failures);
        Assert.Equal((false, false, 5, TimeSpan.FromMinutes(10)), (options.Enabled, options.Estimate, options.MaxConversations, options.ConversationLifetime));
        Assert.Equal(new ModelPrice { Input = 1.25m, Output = 10m, CachedInput = 0.125m, Reasoning = 8m }, options.Prices["gpt-5"]);
        Assert.Equal(new ModelPrice(), options.Prices.Find("llama3.2:1b"));
    }

    [Theory]
    [InlineData("""{ "MaxConversations": 0 }""", "Usage:MaxConversations is 0: it has to be from 1 to 1000000.")]
    [InlineData("""{ "MaxConversations": "many" }""", "Usage:MaxConversations is 'many': it has to be a whole number.")]
    [InlineData("""{ "ConversationLifetime": "00:00:00" }""", "Usage:ConversationLifetime is 00:00:00: it has to be longer than zero and at most 365 days.")]
    [InlineData("""{ "Prices": { "m": { "Input": -1 } } }""", "Usage:Prices:m:Input is -1: it has to be zero or more, for a million tokens.")]
    [InlineData("""{ "Prices": { "m": { "Input": "cheap" } } }""", "Usage:Prices:m:Input is 'cheap': it has to be a number.")]
    [InlineData("""{ "Prices": { "m": { "Inptu": 1 } } }""", "Usage:Prices:m:Inptu is unknown: the keys here are CachedInput, Input, Output, Reasoning.")]
    [InlineData("""{ "Price": {} , "Estimates": true }""", "Usage:Estimates is unknown: the keys here are ConversationLifetime, Enabled, Estimate, MaxConversations, Prices.")]
    public void Read_BadValue_IsToldWithItsPath(string section, string failure) => Assert.Contains(failure, Read(new StreamingUsageOptions(), section));

    [Fact]
    public void Use_BadOptions_AreRefusedWhenAdded()
    {
        ChatClientBuilder builder = new ScriptedChatClient(StreamScript.New()).AsBuilder();

        ArgumentException exception = Assert.Throws<ArgumentException>("options", () => builder.UseStreamingUsage(options => options.Prices["m"] = new ModelPrice { Output = -2m }));

        Assert.Contains("StreamingUsageOptions:Prices:m:Output is -2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_PricesChangedAfterwards_ChangesNothing()
    {
        var options = new StreamingUsageOptions { Prices = { ["scripted"] = new ModelPrice { Input = 1_000_000m } } };
        using IChatClient client = new ScriptedChatClient(StreamScript.New().Text("Hi").Usage(2, 1).Finish()).AsBuilder().UseStreamingUsage(options).Build();

        options.Prices["scripted"] = new ModelPrice { Input = 9_000_000m };
        await client.AskAsync(streaming: true);

        Assert.Equal(2m, client.GetService<UsageAccumulator>()!.Total.Cost);
    }

    [Fact]
    public async Task Use_RegisteredServices_AreUsed()
    {
        var accumulator = new UsageAccumulator();
        List<UsageRecord> records = [];
        IUsageSink sink = RecordingSink.Into(records);
        IServiceProvider services = Substitute.For<IServiceProvider>();
        services.GetService(typeof(UsageAccumulator)).Returns(accumulator);
        services.GetService(typeof(IEnumerable<IUsageSink>)).Returns(new[] { sink });
        services.GetService(typeof(TimeProvider)).Returns(new ManualTimeProvider());

        using IChatClient client = new ScriptedChatClient(StreamScript.New().Text("Hi").Usage(2, 1).Finish()).AsBuilder().UseStreamingUsage().UseStreamingTimeout().Build(services);
        await client.AskAsync(streaming: true);

        Assert.Same(accumulator, client.GetService<UsageAccumulator>());
        Assert.Null(client.GetService(typeof(UsageAccumulator), "key"));
        Assert.Equal(ManualTimeProvider.DefaultStart, Assert.Single(records).Timestamp);
        Assert.Equal(1, accumulator.Total.Answers);
        Assert.Equal([StreamingStage.Usage, StreamingStage.Timeout], client.GetService<StreamingPipelineDescriptor>()!.Stages);
    }

    [Fact]
    public void Properties_RoundTripThroughJson_GiveTheRecordAgain()
    {
        var record = new UsageRecord
        {
            Kind = UsageKind.Partial,
            Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5, TotalTokenCount = 15, CachedInputTokenCount = 3, ReasoningTokenCount = 2, AdditionalCounts = new() { ["searches"] = 1 } },
            InputError = 4,
            OutputError = 6,
            Provider = "p",
            Model = "m",
            ResponseId = "r",
            ConversationId = "c",
            Timestamp = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
            Duration = TimeSpan.FromSeconds(1.5),
            Outcome = StreamOutcome.Cancelled,
            IsCacheHit = true,
            Cost = 0.000_123m,
        };

        Dictionary<string, object?> written = UsageRecordProperties.Write(record);
        string json = JsonSerializer.Serialize(written, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(Dictionary<string, object?>)));
        using JsonDocument document = JsonDocument.Parse(json);

        foreach (object? properties in (object?[])[written, document.RootElement])
        {
            UsageRecord read = UsageRecordProperties.Read(properties)!;
            Assert.Equivalent(record, read, strict: true);
        }

        Assert.Null(UsageRecordProperties.Read("nothing"));
        Assert.Null(new InvalidOperationException().GetUsage());
    }

    private static IReadOnlyList<string> Read(StreamingUsageOptions options, string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($$"""{ "Usage": {{json}} }"""));
        IConfiguration section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("Usage");
        var failures = new SettingsFailures("Usage");
        SettingsSection.Read(section, options, failures);
        return failures.All;
    }
}
