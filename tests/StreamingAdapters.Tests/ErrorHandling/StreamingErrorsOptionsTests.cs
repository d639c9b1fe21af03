using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.ErrorHandling;

public sealed class StreamingErrorsOptionsTests
{
    [Fact]
    public void Defaults_NewOptions_KeepThePartial()
    {
        var options = new StreamingErrorsOptions();

        Assert.Equal((true, true, null), (options.Enabled, options.KeepPartial, options.Map));
    }

    [Fact]
    public void Read_Section_SetsWhatItSays()
    {
        var (options, failures) = Read(("Enabled", "false"), ("KeepPartial", "false"));

        Assert.Empty(failures);
        Assert.Equal((false, false), (options.Enabled, options.KeepPartial));
    }

    [Fact]
    public void Read_BadValueAndUnknownKey_AreBothReported()
    {
        var (_, failures) = Read(("KeepPartial", "some"), ("Map", "x"));

        Assert.Equal(
            ["Errors:KeepPartial is 'some': it has to be true or false.", "Errors:Map is unknown: the keys here are Enabled, KeepPartial."],
            failures);
    }

    [Fact]
    public void Use_NoOptionsOrConfigured_AddsTheStage()
    {
        using var inner = new ScriptedChatClient(StreamScript.New());
        using IChatClient plain = inner.AsBuilder().UseStreamingErrors().Build();
        using IChatClient configured = inner.AsBuilder().UseStreamingErrors(options => options.KeepPartial = false).Build();

        Assert.All([plain, configured], client => Assert.Equal([StreamingStage.Errors], client.GetService<StreamingPipelineDescriptor>()!.Stages));
    }

    [Fact]
    public void Use_Null_Throws()
    {
        Assert.Throws<ArgumentNullException>("builder", () => ((ChatClientBuilder)null!).UseStreamingErrors());
        Assert.Throws<ArgumentNullException>("configure", () => new ScriptedChatClient(StreamScript.New()).AsBuilder().UseStreamingErrors((Action<StreamingErrorsOptions>)null!));
        Assert.Throws<ArgumentNullException>("innerClient", () => new StreamingErrorsChatClient(null!));
    }

    private static (StreamingErrorsOptions Options, IReadOnlyList<string> Failures) Read(params (string Key, string Value)[] values)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Errors:{value.Key}", (string?)value.Value))).Build();
        var options = new StreamingErrorsOptions();
        var failures = new SettingsFailures("Errors");
        SettingsSection.Read(configuration.GetSection("Errors"), options, failures);
        return (options, failures.All);
    }
}
