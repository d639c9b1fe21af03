using ConsoleChat.Answers;
using ConsoleChat.Input;

namespace ConsoleChat;

/// <summary>Question and answer in turn, at a terminal.</summary>
internal sealed class Conversation(Answerer answerer, Report report, ChatTerminal terminal, Interruption interruption)
{
    /// <returns>The exit code of the last answer.</returns>
    public async Task<int> RunAsync()
    {
        int exitCode = ExitCode.Complete;
        while (await ReadQuestionAsync() is { } question)
        {
            if (question.Length > 0)
            {
                AnswerResult answer = await answerer.AskAsync(question);
                report.Write(answer);
                exitCode = answer.ExitCode;
            }
        }

        return exitCode;
    }

    // Null: whoever asks has left.
    private async Task<string?> ReadQuestionAsync()
    {
        await terminal.Out.WriteAsync("> ");
        await terminal.Out.FlushAsync();
        try
        {
            // A console's read blocks its thread and cannot be cancelled.
            string? line = await Task.Run(terminal.In.ReadLine).WaitAsync(interruption.Program);
            if (line?.Trim() is { } question)
            {
                return question is "/exit" ? null : question;
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C at the prompt leaves, as the end of input does.
        }

        await terminal.Out.WriteLineAsync();
        return null;
    }
}
