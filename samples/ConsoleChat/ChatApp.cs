using ConsoleChat.Answers;
using ConsoleChat.Arguments;
using ConsoleChat.Input;
using Microsoft.Extensions.Options;
using StreamingAdapters;
using StreamingAdapters.Errors;

namespace ConsoleChat;

/// <summary>The program without its console: a command line in, text out, an exit code back.</summary>
internal sealed class ChatApp(ChatTerminal terminal, Interruption interruption)
{
    /// <returns>A member of <see cref="ExitCode"/>; nothing is ever thrown.</returns>
    public async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        ChatArguments arguments;
        try
        {
            arguments = ChatArgumentsParser.Parse(commandLine);
        }
        catch (UsageException e)
        {
            await terminal.Error.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }

        if (arguments.ShowsHelp || arguments.ListsProviders)
        {
            await terminal.Out.WriteLineAsync(arguments.ShowsHelp ? HelpText.Text : HelpText.Providers);
            return ExitCode.Complete;
        }

        return await RunAsync(arguments);
    }

    private async Task<int> RunAsync(ChatArguments arguments)
    {
        var report = new Report(terminal, arguments.Json);
        var nothing = new AnswerResult { Provider = arguments.ProviderName, Model = arguments.Model, Mode = arguments.Mode ?? StreamingMode.Basic };
        try
        {
            using var log = new TerminalLog(terminal.Error);
            using ChatSettings settings = ChatSettings.Load(arguments, terminal);
            nothing = nothing with { Provider = arguments.Provider ?? settings.Provider ?? nothing.Provider, Model = settings.Model, Mode = settings.Mode };
            await using ChatTarget target = await ChatTarget.OpenAsync(arguments, settings, log, interruption.Program);
            return arguments.ListsModels ? await ModelList.WriteAsync(target, terminal, interruption.Program) : await ChatAsync(target, arguments, report);
        }
        catch (Exception e)
        {
            // No answer was begun: what goes wrong in one is part of its result.
            report.WriteEnd(nothing with { Error = ErrorSentence.Of(e) });
            return e is UsageException or ChatValidationException or OptionsValidationException ? ExitCode.Usage : ExitCode.Failed;
        }
    }

    private async Task<int> ChatAsync(ChatTarget target, ChatArguments arguments, Report report)
    {
        var answerer = new Answerer(target, arguments.System, terminal, interruption);
        InputMode mode = PromptSource.Decide(arguments, terminal.IsInputTerminal, terminal.IsOutputTerminal);
        report.Note(target.Description);
        if (mode is InputMode.Conversation)
        {
            report.Note("Ask something; /exit leaves, Ctrl+C stops an answer.");
            return await new Conversation(answerer, report, terminal, interruption).RunAsync();
        }

        string prompt = await new PromptSource(terminal.In, terminal.TimeProvider).ReadAsync(mode, arguments.Prompt, interruption.Program);
        if (prompt == PromptSource.BuiltInQuestion)
        {
            report.Note($"> {prompt}");
        }

        report.Note("");
        AnswerResult answer = await answerer.AskAsync(prompt);
        report.Write(answer);
        return answer.ExitCode;
    }
}
