using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using StreamingAdapters.Settings;
using StreamingAdapters.Testing;
using StreamingAdapters.Validation;

namespace StreamingAdapters.Tests.Validation;

public sealed class StreamingValidationOptionsTests
{
    [Fact]
    public void Options_Default_AreStrictWithoutLimits()
    {
        var options = new StreamingValidationOptions();

        Assert.True(options.Enabled);
        Assert.False(options.AllowNoModel || options.AllowNoMessages || options.AllowEmptyMessages || options.AllowAnyToolOrder || options.AllowAnyOptionValues);
        Assert.Null(options.MaxMessages ?? options.MaxCharacters ?? options.MaxTools ?? options.WarnCharacters);
        Assert.Empty(options.UnsupportedContents);
    }

    [Fact]
    public void Read_EveryKey_SetsItsProperty()
    {
        (StreamingValidationOptions options, IReadOnlyList<string> failures) = Read(
            ("Enabled", "false"), ("AllowNoModel", "true"), ("AllowNoMessages", "true"), ("AllowEmptyMessages", "true"), ("AllowAnyToolOrder", "true"),
            ("AllowAnyOptionValues", "true"), ("MaxMessages", "1"), ("MaxCharacters", "2"), ("MaxTools", "0"), ("WarnCharacters", "4"),
            ("UnsupportedContents:0", "image/*"), ("UnsupportedContents:1", "application/pdf"));

        Assert.Empty(failures);
        Assert.False(options.Enabled);
        Assert.True(options.AllowNoModel && options.AllowNoMessages && options.AllowEmptyMessages && options.AllowAnyToolOrder && options.AllowAnyOptionValues);
        Assert.Equal((1, 2L, 0, 4L), (options.MaxMessages, options.MaxCharacters, options.MaxTools, options.WarnCharacters));
        Assert.Equal(["image/*", "application/pdf"], options.UnsupportedContents);
    }

    [Theory]
    [InlineData("AllowNoModel", "maybe", "Chat:Validation:AllowNoModel is 'maybe': it has to be true or false.")]
    [InlineData("MaxMessages", "many", "Chat:Validation:MaxMessages is 'many': it has to be a whole number.")]
    [InlineData("MaxMessages", "0", "Chat:Validation:MaxMessages is 0: it has to be at least 1; null switches the limit off.")]
    [InlineData("MaxCharacters", "-1", "Chat:Validation:MaxCharacters is -1: it has to be at least 1; null switches the limit off.")]
    [InlineData("MaxTools", "-1", "Chat:Validation:MaxTools is -1: it has to be at least 0; null switches the limit off.")]
    [InlineData("WarnCharacters", "0", "Chat:Validation:WarnCharacters is 0: it has to be at least 1; null switches the warning off.")]
    [InlineData("UnsupportedContents:0", "image", "Chat:Validation:UnsupportedContents:0 is 'image': it has to be a media type such as application/pdf, image/* or */*.")]
    [InlineData("UnsupportedContents:0", "*/png", "Chat:Validation:UnsupportedContents:0 is '*/png': it has to be a media type such as application/pdf, image/* or */*.")]
    [InlineData("UnsupportedContents", "image/*", "Chat:Validation:UnsupportedContents is a single value: it has to be a list or a section with values of its own.")]
    public void Read_BadValue_SaysPathAndRule(string key, string value, string failure) => Assert.Equal([failure], Read((key, value)).Failures);

    [Fact]
    public void Read_UnknownKey_SaysPathAndKeys() =>
        Assert.Equal(
            [
                "Chat:Validation:MaxTokens is unknown: the keys here are AllowAnyOptionValues, AllowAnyToolOrder, AllowEmptyMessages, AllowNoMessages, AllowNoModel, Enabled, MaxCharacters, MaxMessages, MaxTools, UnsupportedContents, WarnCharacters.",
            ],
            Read(("MaxTokens", "1")).Failures);

    [Fact]
    public void Read_NoValue_SwitchesALimitOff()
    {
        var options = new StreamingValidationOptions { MaxMessages = 5 };

        SettingsSection.Read(Section(("MaxMessages", "")), options, new SettingsFailures("Chat:Validation"));

        Assert.Null(options.MaxMessages);
    }

    [Fact]
    public void Constructor_BadOptions_SaysAllOfThem()
    {
        using var inner = new ScriptedChatClient(StreamScript.New());

        var e = Assert.Throws<ArgumentException>(() => new StreamingValidationChatClient(inner, new StreamingValidationOptions { MaxMessages = 0, MaxTools = -1 }));

        Assert.StartsWith(
            "StreamingValidationOptions:MaxMessages is 0: it has to be at least 1; null switches the limit off. StreamingValidationOptions:MaxTools is -1", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => inner.AsBuilder().UseStreamingValidation(options => options.UnsupportedContents.Add("png")));
    }

    private static (StreamingValidationOptions Options, IReadOnlyList<string> Failures) Read(params (string Key, string Value)[] values)
    {
        var options = new StreamingValidationOptions();
        var failures = new SettingsFailures("Chat:Validation");
        SettingsSection.Read(Section(values), options, failures);
        return (options, failures.All);
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Chat:Validation:{value.Key}", (string?)value.Value)))
            .Build()
            .GetSection("Chat:Validation");
}
