using System.Reflection;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamingAdapters.Settings;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>What configuration may say: every key, and what is said about a value that is wrong and a key that is unknown.</summary>
public sealed class StreamingOptionsReadTests
{
    private const string Flag = "it has to be true or false";
    private const string Number = "it has to be a whole number";
    private const string Duration = "it has to be a duration such as 00:02:00";
    private const string Limit = "it has to be at least 1; null switches the limit off";
    private const string Clock = "it has to be longer than zero and at most 24 days; null switches the clock off";

    /// <summary>One row or more for every key: what it is set to, what is said of it.</summary>
    public static TheoryData<string, string, string> BadValues => new()
    {
        { "Mode", "Fancy", "it has to be one of Basic, Enhanced" },
        { "Mode", "1", "it has to be one of Basic, Enhanced" },
        { "Validation:Enabled", "yes", Flag },
        { "Validation:AllowNoModel", "x", Flag },
        { "Validation:AllowNoMessages", "x", Flag },
        { "Validation:AllowEmptyMessages", "x", Flag },
        { "Validation:AllowAnyToolOrder", "x", Flag },
        { "Validation:AllowAnyOptionValues", "x", Flag },
        { "Validation:MaxMessages", "many", Number },
        { "Validation:MaxMessages", "0", Limit },
        { "Validation:MaxCharacters", "1.5", Number },
        { "Validation:MaxCharacters", "-1", Limit },
        { "Validation:MaxTools", "few", Number },
        { "Validation:MaxTools", "-1", "it has to be at least 0; null switches the limit off" },
        { "Validation:WarnCharacters", "x", Number },
        { "Validation:WarnCharacters", "0", "it has to be at least 1; null switches the warning off" },
        { "Validation:UnsupportedContents", "image/*", "it has to be a list or a section with values of its own" },
        { "Validation:UnsupportedContents:0", "pictures", "it has to be a media type such as application/pdf, image/* or */*" },
        { "Errors:Enabled", "x", Flag },
        { "Errors:KeepPartial", "x", Flag },
        { "Usage:Enabled", "x", Flag },
        { "Usage:Estimate", "x", Flag },
        { "Usage:MaxConversations", "all", Number },
        { "Usage:MaxConversations", "0", "it has to be from 1 to 1000000" },
        { "Usage:ConversationLifetime", "x", Duration },
        { "Usage:ConversationLifetime", "366.00:00:00", "it has to be longer than zero and at most 365 days" },
        { "Usage:Prices", "free", "it has to be a section with values of its own" },
        { "Usage:Prices:gpt-4:Input", "cheap", "it has to be a number" },
        { "Usage:Prices:gpt-4:Output", "-1", "it has to be zero or more, for a million tokens" },
        { "Usage:Prices:gpt-4:CachedInput", "-1", "it has to be zero or more, for a million tokens" },
        { "Usage:Prices:gpt-4:Reasoning", "x", "it has to be a number" },
        { "Metadata:Enabled", "x", Flag },
        { "Metadata:Chunks", "x", Flag },
        { "Metadata:Metrics", "x", Flag },
        { "Coalescing:Enabled", "x", Flag },
        { "Coalescing:Interval", "x", Duration },
        { "Coalescing:Interval", "00:00:00", Clock },
        { "Coalescing:MaxCharacters", "x", Number },
        { "Coalescing:MaxCharacters", "65537", "it has to be at least 1 and at most 65536" },
        { "Coalescing:Unit", "Letter", "it has to be one of None, Grapheme, Word, Line" },
        { "Coalescing:PassesFirstContent", "x", Flag },
        { "Timeout:Enabled", "maybe", Flag },
        { "Timeout:FirstContent", "soon", Duration },
        { "Timeout:FirstContent", "00:00:00", Clock },
        { "Timeout:Idle", "later", Duration },
        { "Timeout:Idle", "25.00:00:00", Clock },
        { "Timeout:Total", "never", Duration },
        { "Timeout:Total", "-00:01:00", Clock },
        { "Integrity:Enabled", "x", Flag },
        { "Integrity:RequireFinishReason", "x", Flag },
        { "Integrity:RequireContent", "x", Flag },
        { "Integrity:Annotate", "x", Flag },
        { "Provider:Name", "olama", "it has to be one of ollama, openai, lmstudio, llamacpp, vllm, openrouter, azure, azureopenai, openai-compatible, generic" },
        { "Provider:Endpoint", "localhost:11434", "it has to be an absolute http or https address, for example http://localhost:11434" },
        { "Provider:MaxFrameBytes", "4 MiB", Number },
        { "Provider:MaxFrameBytes", "0", "it has to be at least 1; null leaves the provider's own" },
        { "Provider:RetryDeadConnection", "1", Flag },
        { "Provider:KeepAlive", "long", Duration },
        { "Provider:RawPrompt", "no", Flag },
    };

    /// <summary>Keys whose values are texts: none of them is wrong by itself.</summary>
    private static readonly string[] Texts = ["Provider:Model", "Provider:ApiKey", "Provider:Headers", "Provider:ApiVersion"];

    public static TheoryData<string> Sections => ["", .. SectionsOf(typeof(StreamingOptions)).Select(section => section.Path)];

    [Theory]
    [MemberData(nameof(BadValues))]
    public void Read_BadValue_FailsWithPathValueAndRule(string key, string value, string rule)
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build((key, value)));

        // A value that could not be read is quoted, as are texts.
        string sentence = Assert.Single(failure.Failures);
        Assert.True(sentence == $"Chat:{key} is {value}: {rule}." || sentence == $"Chat:{key} is '{value}': {rule}.", sentence);
    }

    [Fact]
    public void BadValues_AllKeys_AreListed()
    {
        IEnumerable<string> keys = new[] { ("", typeof(StreamingOptions)) }.Concat(SectionsOf(typeof(StreamingOptions)))
            .SelectMany(section => KeysOf(section.Item2).Select(key => section.Item1.Length == 0 ? key : $"{section.Item1}:{key}"));

        IEnumerable<string> listed = BadValues.Select(row => string.Join(':', row.Data.Item1.Split(':').Take(2))).Concat(Texts);

        Assert.Equal(keys.Order(), listed.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Read_UnknownKey_FailsWithPathAndTheKeysThereAre(string section)
    {
        string path = section.Length == 0 ? "Nope" : $"{section}:Nope";
        Type type = section.Length == 0 ? typeof(StreamingOptions) : SectionsOf(typeof(StreamingOptions)).Single(inner => inner.Path == section).Type;

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build((path, "1")));

        IEnumerable<string> keys = KeysOf(type).Concat(SectionsOf(type).Select(inner => inner.Path)).Order(StringComparer.Ordinal);
        Assert.Equal($"Chat:{path} is unknown: the keys here are {string.Join(", ", keys)}.", Assert.Single(failure.Failures));
    }

    [Theory]
    [InlineData("Usage:Prices:gpt-4:Inptu", "Chat:Usage:Prices:gpt-4:Inptu is unknown: the keys here are CachedInput, Input, Output, Reasoning.")]
    [InlineData("Timeout:Idle:Seconds", "Chat:Timeout:Idle is a section: it has to be a single value.")]
    public void Read_UnknownKeyDeepInside_FailsWithTheFullPath(string key, string sentence)
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build((key, "1")));

        Assert.Equal(sentence, Assert.Single(failure.Failures));
    }

    [Fact]
    public void Read_SeveralWrong_AllAtOnce()
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(
            () => Build(("Mode", "x"), ("Timeout:Idle", "y"), ("Timeout:Total", "-1.00:00:00"), ("Timeuot:Idle", "00:01:00"), ("Provider:Headers", "z")));

        Assert.Equal(5, failure.Failures.Count());
        Assert.Equal(failure.Message, string.Join("; ", failure.Failures));
        Assert.Contains(failure.Failures, sentence => sentence.StartsWith("Chat:Timeuot is unknown: the keys here are ", StringComparison.Ordinal));
        Assert.Contains("Chat:Timeout:Total is -1.00:00:00: it has to be longer than zero and at most 24 days; null switches the clock off.", failure.Failures);
    }

    [Theory]
    [InlineData("Timeout", "off", "Chat:Timeout is 'off': it has to be a section with values of its own.")]
    [InlineData("Mode:Basic", "true", "Chat:Mode is a section: it has to be a single value.")]
    public void Read_ValueInPlaceOfSectionOrTheOtherWay_Fails(string key, string value, string sentence)
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build((key, value)));

        Assert.Equal(sentence, Assert.Single(failure.Failures));
    }

    [Fact]
    public void Read_TheSectionItselfIsAValue_Fails()
    {
        IConfiguration root = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Ai:Chat", (string?)"Enhanced")]).Build();

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build(root.GetSection("Ai:Chat")));

        Assert.Equal("Ai:Chat is 'Enhanced': it has to be a section with values of its own.", Assert.Single(failure.Failures));
    }

    [Fact]
    public void Read_RootOfConfiguration_HasPathsWithoutPrefix()
    {
        IConfiguration root = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Timeout:Idle", (string?)"soon")]).Build();

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build(root));

        Assert.StartsWith("Timeout:Idle is 'soon'", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ollama", "ApiVersion", "2024-10-21", "Chat:Provider:ApiVersion is 2024-10-21: 'ollama' does not know it, Azure OpenAI alone does; leave it out.")]
    [InlineData("openai", "KeepAlive", "00:05:00", "Chat:Provider:KeepAlive is 00:05:00: 'openai' does not know it, Ollama alone does; leave it out.")]
    [InlineData("vllm", "RawPrompt", "true", "Chat:Provider:RawPrompt is True: 'vllm' does not know it, Ollama alone does; leave it out.")]
    public void Read_KeyOfAnotherProvider_Fails(string name, string key, string value, string sentence)
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build(("Provider:Name", name), ($"Provider:{key}", value)));

        Assert.Equal(sentence, Assert.Single(failure.Failures));
    }

    [Fact]
    public void Read_NoSection_IsBasicWithDefaults()
    {
        using IChatClient client = Build();

        Assert.Equal(StreamingMode.Basic, client.Describe().Mode);
    }

    [Fact]
    public void UseStreaming_OptionsInCode_FailAtTheCallWithAllFailures()
    {
        ChatClientBuilder builder = new ScriptedChatClient(StreamScript.New()).AsBuilder();

        ArgumentException failure = Assert.Throws<ArgumentException>(() => builder.UseStreaming(options =>
        {
            options.Mode = (StreamingMode)7;
            options.Timeout.Idle = TimeSpan.Zero;
        }));

        Assert.Contains("StreamingOptions:Mode is 7: it has to be Basic or Enhanced.", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"StreamingOptions:Timeout:Idle is 00:00:00: {Clock}.", failure.Message, StringComparison.Ordinal);
    }

    private static IChatClient Build(params (string Key, string? Value)[] values) => Build(new ChatSettings(values).Section);

    private static IChatClient Build(IConfiguration section) => new ScriptedChatClient(StreamScript.New()).AsBuilder().UseStreaming(section).Build();

    // The sections inside an options type, theirs too, by their paths.
    private static IEnumerable<(string Path, Type Type)> SectionsOf(Type type) =>
        from property in type.GetProperties()
        where typeof(IStageOptions).IsAssignableFrom(property.PropertyType)
        from section in SectionsOf(property.PropertyType).Select(inner => ($"{property.Name}:{inner.Path}", inner.Type)).Prepend((property.Name, property.PropertyType))
        select section;

    // What is no section and can be written; functions have no text.
    private static IEnumerable<string> KeysOf(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where !typeof(IStageOptions).IsAssignableFrom(property.PropertyType) && !typeof(Delegate).IsAssignableFrom(property.PropertyType)
        select property.Name;
}
