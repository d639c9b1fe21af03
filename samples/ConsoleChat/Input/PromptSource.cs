using ConsoleChat.Arguments;

namespace ConsoleChat.Input;

/// <summary>Finds the prompt of a run that asks once.</summary>
internal sealed class PromptSource(TextReader input, TimeProvider timeProvider)
{
    public const string BuiltInQuestion = "Why do people like to watch an answer while it is written?";

    // A pipe that stays open and silent must not hold the program up; one that is meant to be waited for is asked for with "-".
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public static InputMode Decide(ChatArguments arguments, bool isInputTerminal, bool isOutputTerminal) => arguments switch
    {
        { ReadsInput: true } => InputMode.StandardInput,
        { Prompt: not null } => InputMode.CommandLine,
        _ when isInputTerminal && isOutputTerminal => InputMode.Conversation,
        _ when isInputTerminal => InputMode.BuiltIn,
        _ => InputMode.StandardInputIfAny,
    };

    /// <exception cref="UsageException">Standard input was asked for and is empty.</exception>
    public async Task<string> ReadAsync(InputMode mode, string? prompt, CancellationToken cancellationToken) => mode switch
    {
        InputMode.CommandLine => prompt!,
        InputMode.StandardInput => Join(prompt, await ReadToEndAsync(cancellationToken)),
        InputMode.StandardInputIfAny => await ReadIfAnyAsync(cancellationToken) ?? BuiltInQuestion,
        _ => BuiltInQuestion,
    };

    private static string Join(string? prompt, string input) =>
        string.IsNullOrWhiteSpace(input) ? throw new UsageException("Standard input brought no prompt.")
        : prompt is null ? input
        : $"{prompt}\n\n{input}";

    private async Task<string?> ReadIfAnyAsync(CancellationToken cancellationToken)
    {
        try
        {
            int first = await Detached(input.Read).WaitAsync(Patience, timeProvider, cancellationToken);
            string text = first < 0 ? "" : (char)first + await ReadToEndAsync(cancellationToken);
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A closed descriptor is as good as an empty one.
            return null;
        }
    }

    private async Task<string> ReadToEndAsync(CancellationToken cancellationToken) => (await Detached(input.ReadToEnd).WaitAsync(cancellationToken)).TrimEnd();

    // A console's reader blocks even in its async methods, and cannot be cancelled: it is left behind on a thread that holds up nobody.
    private static Task<T> Detached<T>(Func<T> read) =>
        Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
