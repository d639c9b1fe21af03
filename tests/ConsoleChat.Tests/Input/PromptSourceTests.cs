using ConsoleChat.Arguments;
using ConsoleChat.Input;
using StreamingAdapters.Testing;

namespace ConsoleChat.Tests.Input;

public class PromptSourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, false, true, true, "Conversation")]
    [InlineData(null, false, true, false, "BuiltIn")]
    [InlineData(null, false, false, true, "StandardInputIfAny")]
    [InlineData(null, false, false, false, "StandardInputIfAny")]
    [InlineData("Hi", false, true, true, "CommandLine")]
    [InlineData("Hi", false, false, false, "CommandLine")]
    [InlineData("Hi", true, false, false, "StandardInput")]
    [InlineData(null, true, true, true, "StandardInput")]
    public void Decide_Arguments_Mode(string? prompt, bool readsInput, bool isInputTerminal, bool isOutputTerminal, string expected)
    {
        var arguments = new ChatArguments { Prompt = prompt, ReadsInput = readsInput };

        InputMode mode = PromptSource.Decide(arguments, isInputTerminal, isOutputTerminal);

        Assert.Equal(expected, mode.ToString());
    }

    [Theory]
    [InlineData("One line\n", "One line")]
    [InlineData("Two\nlines\n", "Two\nlines")]
    [InlineData("", PromptSource.BuiltInQuestion)]
    [InlineData(" \n\n", PromptSource.BuiltInQuestion)]
    public async Task Read_InputIfAny_ItsWholeTextOrTheBuiltInQuestion(string input, string expected)
    {
        using var reader = new StringReader(input);

        string prompt = await new PromptSource(reader, new ManualTimeProvider()).ReadAsync(InputMode.StandardInputIfAny, prompt: null, Token).Within();

        Assert.Equal(expected, prompt);
    }

    [Fact]
    public async Task Read_SilentPipe_BuiltInQuestionAfterHalfASecond()
    {
        using var reader = new OpenReader();
        var clock = new ManualTimeProvider();

        Task<string> read = new PromptSource(reader, clock).ReadAsync(InputMode.StandardInputIfAny, prompt: null, Token);
        await clock.WaitForTimersAsync(1, Token).Within();
        clock.Advance(TimeSpan.FromMilliseconds(499));
        bool wasEarly = read.IsCompleted;
        clock.Advance(TimeSpan.FromMilliseconds(1));
        string prompt = await read.Within();

        Assert.False(wasEarly);
        Assert.Equal(PromptSource.BuiltInQuestion, prompt);
    }

    [Fact]
    public async Task Read_ClosedDescriptor_BuiltInQuestion()
    {
        using var reader = new ClosedReader();

        string prompt = await new PromptSource(reader, new ManualTimeProvider()).ReadAsync(InputMode.StandardInputIfAny, prompt: null, Token).Within();

        Assert.Equal(PromptSource.BuiltInQuestion, prompt);
    }

    [Theory]
    [InlineData(null, "Text")]
    [InlineData("Sum this up:", "Sum this up:\n\nText")]
    public async Task Read_StandardInput_EndsThePrompt(string? prompt, string expected)
    {
        using var reader = new StringReader("Text\n");

        string read = await new PromptSource(reader, new ManualTimeProvider()).ReadAsync(InputMode.StandardInput, prompt, Token).Within();

        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task Read_StandardInputEmpty_UsageException()
    {
        using var reader = new StringReader("\n");

        var source = new PromptSource(reader, new ManualTimeProvider());

        var error = await Assert.ThrowsAsync<UsageException>(() => source.ReadAsync(InputMode.StandardInput, "Hi", Token));

        Assert.Equal("Standard input brought no prompt.", error.Message);
    }

    [Fact]
    public async Task Read_CancelledWhileSilent_Ends()
    {
        using var reader = new OpenReader();
        using var cancellation = new CancellationTokenSource();

        Task<string> read = new PromptSource(reader, new ManualTimeProvider()).ReadAsync(InputMode.StandardInput, prompt: null, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.Within());
    }

    private sealed class ClosedReader : TextReader
    {
        public override int Read() => throw new IOException("Bad file descriptor");
    }
}
