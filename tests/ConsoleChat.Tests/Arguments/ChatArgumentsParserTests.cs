using ConsoleChat.Arguments;
using StreamingAdapters;

namespace ConsoleChat.Tests.Arguments;

public class ChatArgumentsParserTests
{
    [Fact]
    public void Parse_Nothing_IsEmulated()
    {
        ChatArguments arguments = ChatArgumentsParser.Parse([]);

        Assert.Equal(new ChatArguments(), arguments);
        Assert.True(arguments.IsEmulated);
        Assert.Equal("ollama", arguments.ProviderName);
    }

    [Fact]
    public void Parse_EveryOption_BothForms()
    {
        var expected = new ChatArguments
        {
            Prompt = "Tell me more",
            ReadsInput = true,
            Provider = "lmstudio",
            Endpoint = new Uri("http://localhost:5/v1"),
            Model = "qwen=3",
            Mode = StreamingMode.Enhanced,
            System = "Be brief",
            Json = true,
        };

        ChatArguments apart = ChatArgumentsParser.Parse(
            ["Tell", "--provider", "LMStudio", "me", "--endpoint", "http://localhost:5/v1", "--model", "qwen=3", "more",
             "--mode", "Enhanced", "--system", "Be brief", "--json", "-"]);
        ChatArguments joined = ChatArgumentsParser.Parse(
            ["--provider=lmstudio", "--endpoint=http://localhost:5/v1", "--model=qwen=3", "--mode=enhanced", "--system=Be brief", "--json", "-", "Tell me more"]);

        Assert.Equal(expected, apart);
        Assert.Equal(expected, joined);
        Assert.False(apart.IsEmulated);
    }

    [Theory]
    [InlineData("--endpoint", "http://localhost:5")]
    [InlineData("--provider", "ollama")]
    public void Parse_ServerNamed_IsNotEmulated(string option, string value) => Assert.False(ChatArgumentsParser.Parse([option, value]).IsEmulated);

    [Fact]
    public void Parse_ModelAlone_IsEmulated() => Assert.True(ChatArgumentsParser.Parse(["--model", "x"]).IsEmulated);

    [Fact]
    public void Parse_AfterTwoDashes_EverythingIsPrompt() =>
        Assert.Equal("--json is - what?", ChatArgumentsParser.Parse(["--", "--json", "is", "-", "what?"]).Prompt);

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Parse_Help_ShowsIt(string option) => Assert.True(ChatArgumentsParser.Parse([option]).ShowsHelp);

    [Theory]
    [InlineData("'--colour' is unknown", "--colour")]
    [InlineData("'-x' is unknown", "-x")]
    [InlineData("'--model' needs a value", "--model")]
    [InlineData("'--model' needs a value", "--model", "--json")]
    [InlineData("'--model' needs a value", "--model= ")]
    [InlineData("'--json' takes no value", "--json=1")]
    [InlineData("'--endpoint' needs an absolute http or https address", "--endpoint", "localhost:5")]
    [InlineData("'--endpoint' needs an absolute http or https address", "--endpoint", "ftp://localhost")]
    [InlineData("The provider 'acme' is unknown; --list-providers lists those there are.", "--provider", "acme")]
    [InlineData("The provider 'antropic' is unknown: did you mean 'anthropic'? --list-providers lists those there are.", "--provider", "antropic")]
    [InlineData("There is no emulated server 'demo:acme'; there are demo:ollama, demo:openai, demo:openai-responses, demo:anthropic, demo:lmstudio-native, demo:gemini.", "--provider", "demo:acme")]
    [InlineData("'--mode' needs one of basic and enhanced", "--mode", "fancy")]
    [InlineData("'--mode' needs one of basic and enhanced", "--mode", "1")]
    [InlineData("'--mode' needs a value", "--mode")]
    [InlineData("The prompt is empty.", " ")]
    public void Parse_Wrong_Sentence(string expected, params string[] commandLine)
    {
        var error = Assert.Throws<UsageException>(() => ChatArgumentsParser.Parse(commandLine));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--api-key=sk-secret")]
    [InlineData("--token=sk-secret")]
    public void Parse_Key_IsRefusedAndNotRepeated(string option)
    {
        var error = Assert.Throws<UsageException>(() => ChatArgumentsParser.Parse([option]));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_NamesEveryProviderAndKeyVariable()
    {
        foreach (ProviderChoice choice in ProviderChoice.All)
        {
            Assert.Contains(choice.Name, HelpText.Text, StringComparison.Ordinal);
            Assert.Contains(choice.ApiKeyVariable ?? "", HelpText.Text, StringComparison.Ordinal);
            Assert.Contains(choice.DefaultEndpoint?.OriginalString ?? "(give --endpoint)", HelpText.Text, StringComparison.Ordinal);
        }
    }
}
