using System.Reflection;
using System.Threading.RateLimiting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamingAdapters.Recovery;
using StreamingAdapters.Settings;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>What configuration may say: every key, and what is said about a value that is wrong and a key that is unknown.</summary>
public sealed class StreamingOptionsReadTests
{
    public static TheoryData<string, string, string> BadValues => BadOptionValues.All;

    public static TheoryData<string> Sections => ["", .. SectionsOf(typeof(StreamingOptions)).Select(section => section.Path)];

    [Theory]
    [MemberData(nameof(BadValues))]
    public void Read_BadValue_FailsWithPathValueAndRule(string key, string value, string rule)
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build([.. BadOptionValues.Needed(key), (key, value)]));

        // A value that could not be read is quoted, as are texts.
        string sentence = Assert.Single(failure.Failures);
        Assert.True(sentence == $"Chat:{key} is {value}: {rule}." || sentence == $"Chat:{key} is '{value}': {rule}.", sentence);
    }

    [Fact]
    public void BadValues_AllKeys_AreListed()
    {
        string[] keys = [.. new[] { ("", typeof(StreamingOptions)) }.Concat(SectionsOf(typeof(StreamingOptions)))
            .SelectMany(section => KeysOf(section.Item2).Select(key => section.Item1.Length == 0 ? key : $"{section.Item1}:{key}"))];

        // What stands below a key, in a list or by a name, is a row of that key.
        IEnumerable<string> listed = BadValues.Select(row => keys.Where(key => $"{row.Data.Item1}:".StartsWith($"{key}:", StringComparison.Ordinal)).MaxBy(key => key.Length)!);

        Assert.Equal(keys.Order(), listed.Concat(BadOptionValues.Texts).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Read_UnknownKey_FailsWithPathAndTheKeysThereAre(string section)
    {
        string path = section.Length == 0 ? "Nope" : $"{section}:Nope";
        Type type = section.Length == 0 ? typeof(StreamingOptions) : SectionsOf(typeof(StreamingOptions)).Single(inner => inner.Path == section).Type;

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build((path, "1")));

        IEnumerable<string> keys = KeysOf(type).Concat(SectionsOf(type).Select(inner => inner.Path).Where(inner => !inner.Contains(':', StringComparison.Ordinal))).Order(StringComparer.Ordinal);
        Assert.Equal($"Chat:{path} is unknown: the keys here are {string.Join(", ", keys)}.", Assert.Single(failure.Failures));
    }

    [Fact]
    public void Read_ValueThatIsASectionToo_FailsByItsPath()
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build(("Mode", "Basic"), ("Mode:Name", "Enhanced")));

        Assert.Equal("Chat:Mode is a section: it has to be a single value.", Assert.Single(failure.Failures));
    }

    [Theory]
    [InlineData("Provider:Headers")]
    [InlineData("Provider:ApiKeys")]
    [InlineData("Validation:UnsupportedContents")]
    public void Read_OneTextInPlaceOfMany_FailsWithoutQuotingIt(string key)
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build((key, "Authorization: Bearer sk-1")));

        Assert.Equal($"Chat:{key} is a single value: it has to be a list or a section with values of its own.", Assert.Single(failure.Failures));
    }

    [Theory]
    [InlineData("Usage:Prices:gpt-4:Inptu", "Chat:Usage:Prices:gpt-4:Inptu is unknown: the keys here are CachedInput, Input, Output, Reasoning.")]
    [InlineData("Timeout:Idle:Seconds", "Chat:Timeout:Idle is a section: it has to be a single value.")]
    [InlineData("Provider:Headers:X-Team:Name", "Chat:Provider:Headers:X-Team is a section: it has to be a single value.")]
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
    [InlineData("ollama", "Project", "p", "Chat:Provider:Project is p: 'ollama' does not know it, Gemini alone does; leave it out.")]
    [InlineData("ollama", "Location", "l", "Chat:Provider:Location is l: 'ollama' does not know it, Gemini alone does; leave it out.")]
    [InlineData("ollama", "Betas:0", "b", "Chat:Provider:Betas is set: 'ollama' does not know it, Anthropic alone does; leave it out.")]
    [InlineData("ollama", "MaxOutputTokens", "9", "Chat:Provider:MaxOutputTokens is 9: 'ollama' does not know it, Anthropic alone does; leave it out.")]
    [InlineData("ollama", "UsesThinkingBudgets", "false", "Chat:Provider:UsesThinkingBudgets is False: 'ollama' does not know it, Anthropic and Gemini alone do; leave it out.")]
    [InlineData("anthropic", "Store", "true", "Chat:Provider:Store is True: 'anthropic' does not know it, Responses and LM Studio's own API alone do; leave it out.")]
    [InlineData("lmstudio", "ContextLength", "9", "Chat:Provider:ContextLength is 9: 'lmstudio' does not know it, LM Studio's own API alone does; leave it out.")]
    [InlineData("vllm", "RawPrompt", "true", "Chat:Provider:RawPrompt is True: 'vllm' does not know it, Ollama alone does; leave it out.")]
    public void Read_KeyOfAnotherProvider_Fails(string name, string key, string value, string sentence)
    {
        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build(("Provider:Name", name), ($"Provider:{key}", value)));

        Assert.Equal(sentence, Assert.Single(failure.Failures));
    }

    [Theory]
    [InlineData("Recovery:Primary:Name")]
    [InlineData("Routes:1:Name")]
    public void Read_TwoRoutesOfOneName_Fail(string key)
    {
        (string, string?)[] routes = [("Routes:0:Name", "same"), ("Routes:0:Provider:Name", "ollama"), ("Routes:0:Provider:Model", "a"), ("Routes:1:Provider:Name", "ollama"), ("Routes:1:Provider:Model", "b")];

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Build([.. routes, (key, "same")]));

        Assert.Equal("Chat:Routes is 'same' twice: every route has to have a name of its own.", Assert.Single(failure.Failures));
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
        Assert.Contains($"StreamingOptions:Timeout:Idle is 00:00:00: {BadOptionValues.Clock}.", failure.Message, StringComparison.Ordinal);
    }

    private static IChatClient Build(params (string Key, string? Value)[] values) => Build(new ChatSettings(values).Section);

    private static IChatClient Build(IConfiguration section) => new ScriptedChatClient(StreamScript.New()).AsBuilder().UseStreaming(section).Build();

    // The sections inside an options type, theirs too, by their paths.
    private static IEnumerable<(string Path, Type Type)> SectionsOf(Type type) =>
        from property in type.GetProperties()
        where typeof(IStageOptions).IsAssignableFrom(property.PropertyType)
        from section in SectionsOf(property.PropertyType).Select(inner => ($"{property.Name}:{inner.Path}", inner.Type)).Prepend((property.Name, property.PropertyType))
        select section;

    // What is no section and can be written; functions and clients have no text.
    private static IEnumerable<string> KeysOf(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where !typeof(IStageOptions).IsAssignableFrom(property.PropertyType) && !typeof(Delegate).IsAssignableFrom(property.PropertyType)
        where property.PropertyType != typeof(IApiKeyProvider) && property.PropertyType != typeof(TimeProvider)
        where property.PropertyType != typeof(RateLimiter) && property.PropertyType != typeof(IChatClient) && !typeof(IEnumerable<RecoveryRoute>).IsAssignableFrom(property.PropertyType)
        select property.Name;
}
