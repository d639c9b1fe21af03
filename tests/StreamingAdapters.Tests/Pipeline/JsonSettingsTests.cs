using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>One appsettings.json, edited while the pipeline runs.</summary>
public sealed class JsonSettingsTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"appsettings-{Guid.NewGuid():N}.json");
    private readonly LogLines _log = new();
    private readonly IConfigurationRoot _configuration;
    private readonly IChatClient _client;

    public JsonSettingsTests()
    {
        File.WriteAllText(_file, "{}");
        _configuration = new ConfigurationBuilder().AddJsonFile(_file, optional: false, reloadOnChange: false).Build();
        _client = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Usage(1, 2).Finish()).AsBuilder()
            .UseStreaming(_configuration.GetSection("Chat"))
            .Build(new TestServices(loggers: _log));
    }

    private static StreamingStage[] All => Enum.GetValues<StreamingStage>();

    [Theory]
    [InlineData("Validation", StreamingStage.Validation)]
    [InlineData("Errors", StreamingStage.Errors)]
    [InlineData("Usage", StreamingStage.Usage)]
    [InlineData("Metadata", StreamingStage.Metadata)]
    [InlineData("Coalescing", StreamingStage.Coalescing)]
    [InlineData("Timeout", StreamingStage.TotalTimeout, StreamingStage.Timeout)]
    [InlineData("Limits", StreamingStage.Limits)]
    [InlineData("Fallback", StreamingStage.Fallback)]
    [InlineData("Integrity", StreamingStage.Integrity)]
    public async Task Edit_EveryStage_IsSwitchedOffAndOn(string section, params StreamingStage[] stages)
    {
        Edit("""{ "Chat": { "Mode": "Enhanced", "Timeout": { "Total": "01:00:00" } } }""");
        StreamingStage[] all = [.. _client.Describe().Stages];
        Edit($$"""{ "Chat": { "Mode": "enhanced", "Timeout": { "Total": "01:00:00" }, "{{section}}": { "Enabled": false } } }""");
        StreamingStage[] without = [.. _client.Describe().Stages];
        ChatResponse response = await _client.AskAsync(streaming: true);
        Edit("""{ "Chat": { "Mode": "Enhanced", "Timeout": { "Total": "01:00:00" } } }""");

        Assert.Equal(All, all);
        Assert.Equal(All.Except(stages), without);
        Assert.Equal("ab", response.Text);
        Assert.Equal(All, _client.Describe().Stages);
        Assert.Equal([LogLevel.Information, LogLevel.Information, LogLevel.Information], _log.All.Where(line => line.Text.Contains("'Chat'", StringComparison.Ordinal)).Select(line => line.Level));
    }

    [Fact]
    public async Task Edit_Mode_FlipsBetweenBasicAndEnhanced()
    {
        ChatResponse basic = await _client.AskAsync(streaming: true);
        Edit("""{ "Chat": { "Mode": "Enhanced" } }""");
        ChatResponse enhanced = await _client.AskAsync(streaming: true);
        Edit("""{ "Chat": { "Mode": "Basic", "Metadata": { "Enabled": true } } }""");
        ChatResponse again = await _client.AskAsync(streaming: true);

        Assert.Equal([false, true, false], new[] { basic, enhanced, again }.Select(response => response.AdditionalProperties?.ContainsKey(StreamingKeys.Summary) is true));
    }

    [Fact]
    public void Edit_MisspelledKey_IsLoggedWithItsPath()
    {
        Edit("""{ "Chat": { "Mode": "Enhanced", "Metadata": { "Chunk": false } } }""");

        Assert.Contains("Chat:Metadata:Chunk is unknown: the keys here are Chunks, Enabled, Metrics.", Assert.Single(_log.At(LogLevel.Error)), StringComparison.Ordinal);
        Assert.Equal(StreamingMode.Basic, _client.Describe().Mode);
    }

    public void Dispose()
    {
        _client.Dispose();
        _log.Dispose();
        (_configuration as IDisposable)?.Dispose();
        File.Delete(_file);
    }

    private void Edit(string json)
    {
        File.WriteAllText(_file, json);
        _configuration.Reload();
    }
}
