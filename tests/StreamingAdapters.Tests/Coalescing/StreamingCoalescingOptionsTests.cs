using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using StreamingAdapters.Coalescing;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Coalescing;

public sealed class StreamingCoalescingOptionsTests
{
    public static TheoryData<StreamingCoalescingOptions, string> Wrong => new()
    {
        { new() { Interval = TimeSpan.Zero }, "StreamingCoalescingOptions:Interval is 00:00:00: it has to be longer than zero and at most 24 days; null switches the clock off." },
        { new() { Interval = TimeSpan.FromDays(25) }, "StreamingCoalescingOptions:Interval is 25.00:00:00: it has to be longer than zero" },
        { new() { MaxCharacters = 0 }, "StreamingCoalescingOptions:MaxCharacters is 0: it has to be at least 1 and at most 65536." },
        { new() { MaxCharacters = 65_537 }, "StreamingCoalescingOptions:MaxCharacters is 65537: it has to be at least 1 and at most 65536." },
        { new() { Unit = (CoalescingUnit)9 }, "StreamingCoalescingOptions:Unit is 9: it has to be one of None, Grapheme, Word, Line." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Constructor_WrongValue_SaysWhatIsWrong(StreamingCoalescingOptions options, string message)
    {
        using var inner = new ScriptedChatClient(StreamScript.New());

        ArgumentException thrown = Assert.Throws<ArgumentException>(nameof(options), () => new StreamingCoalescingChatClient(inner, options));

        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(nameof(options), () => new ChatClientBuilder(inner).UseStreamingCoalescing(options));
    }

    [Fact]
    public void Options_Defaults_AreValidAndAsDocumented()
    {
        var options = new StreamingCoalescingOptions();
        using var inner = new ScriptedChatClient(StreamScript.New());

        using var client = new StreamingCoalescingChatClient(inner, options);

        Assert.Equal((true, TimeSpan.FromMilliseconds(50), 4096, CoalescingUnit.None, true), (options.Enabled, options.Interval, options.MaxCharacters, options.Unit, options.PassesFirstContent));
    }

    [Fact]
    public async Task Constructor_OptionsChangedAfterwards_ChangeNothing()
    {
        var options = new StreamingCoalescingOptions { PassesFirstContent = false };
        using var inner = new ScriptedChatClient(StreamScript.New().Text("a").Text("b").Finish());
        using var client = new StreamingCoalescingChatClient(inner, options);
        (options.PassesFirstContent, options.MaxCharacters, options.Unit) = (true, 1, CoalescingUnit.Grapheme);

        ChatResponseUpdate[] updates = await client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["ab", ""], updates.Select(update => update.Text));
    }

    [Fact]
    public void UseStreamingCoalescing_Null_Throws()
    {
        using var inner = new ScriptedChatClient(StreamScript.New());

        Assert.Throws<ArgumentNullException>("builder", () => StreamingCoalescingChatClientBuilderExtensions.UseStreamingCoalescing(null!));
        Assert.Throws<ArgumentNullException>("configure", () => new ChatClientBuilder(inner).UseStreamingCoalescing((Action<StreamingCoalescingOptions>)null!));
        Assert.Throws<ArgumentNullException>("innerClient", () => new StreamingCoalescingChatClient(null!));
    }

    [Fact]
    public async Task UseStreamingCoalescing_Configured_AddsTheStage()
    {
        using var inner = new ScriptedChatClient(StreamScript.New().Text("Hel").Text("lo you").Finish());
        using IChatClient client = new ChatClientBuilder(inner).UseStreamingCoalescing(options => options.Unit = CoalescingUnit.Word).Build();

        ChatResponseUpdate[] updates = await client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["Hel", "lo", " you", ""], updates.Select(update => update.Text));
        Assert.Equal([StreamingStage.Coalescing], client.GetService<StreamingPipelineDescriptor>()!.Stages);
    }

    [Fact]
    public void Read_EveryKey_SetsItsValue()
    {
        (StreamingCoalescingOptions options, IReadOnlyList<string> failures) = Read(
            ("Enabled", "false"), ("Interval", "00:00:00.1"), ("MaxCharacters", "100"), ("Unit", "word"), ("PassesFirstContent", "false"));

        Assert.Empty(failures);
        Assert.Equal(
            (false, TimeSpan.FromMilliseconds(100), 100, CoalescingUnit.Word, false),
            (options.Enabled, options.Interval, options.MaxCharacters, options.Unit, options.PassesFirstContent));
    }

    [Fact]
    public void Read_EmptyInterval_SwitchesTheClockOff()
    {
        (StreamingCoalescingOptions options, IReadOnlyList<string> failures) = Read(("Interval", ""));

        Assert.Empty(failures);
        Assert.Null(options.Interval);
    }

    [Theory]
    [InlineData("Interval", "-00:00:01", "Chat:Coalescing:Interval is -00:00:01: it has to be longer than zero and at most 24 days; null switches the clock off.")]
    [InlineData("Interval", "soon", "Chat:Coalescing:Interval is 'soon': it has to be a duration such as 00:02:00.")]
    [InlineData("MaxCharacters", "0", "Chat:Coalescing:MaxCharacters is 0: it has to be at least 1 and at most 65536.")]
    [InlineData("MaxCharacters", "many", "Chat:Coalescing:MaxCharacters is 'many': it has to be a whole number.")]
    [InlineData("Unit", "Sentence", "Chat:Coalescing:Unit is 'Sentence': it has to be one of None, Grapheme, Word, Line.")]
    [InlineData("Enabled", "maybe", "Chat:Coalescing:Enabled is 'maybe': it has to be true or false.")]
    [InlineData("PassesFirstContent", "2", "Chat:Coalescing:PassesFirstContent is '2': it has to be true or false.")]
    [InlineData("Delay", "1", "Chat:Coalescing:Delay is unknown: the keys here are Enabled, Interval, MaxCharacters, PassesFirstContent, Unit.")]
    public void Read_BadValueOrUnknownKey_SaysWhere(string key, string value, string sentence)
    {
        (_, IReadOnlyList<string> failures) = Read((key, value));

        Assert.Equal(sentence, Assert.Single(failures));
    }

    private static (StreamingCoalescingOptions Options, IReadOnlyList<string> Failures) Read(params (string Key, string Value)[] values)
    {
        var options = new StreamingCoalescingOptions();
        var failures = new SettingsFailures("Chat:Coalescing");
        IConfigurationRoot root = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"Chat:Coalescing:{pair.Key}", (string?)pair.Value))).Build();
        SettingsSection.Read(root.GetSection("Chat:Coalescing"), options, failures);
        return (options, failures.All);
    }
}
