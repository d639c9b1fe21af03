using ConsoleChat.Answers;

namespace ConsoleChat;

/// <summary>Prints what there is to say beside an answer's text.</summary>
internal sealed class Report(ChatTerminal terminal, bool isJson)
{
    /// <summary>For readers of text alone: with JSON, standard output carries the answer and its line only.</summary>
    public void Note(string text)
    {
        if (!isJson)
        {
            terminal.Out.WriteLine(text);
        }
    }

    /// <summary>What there is to say under an answer: its status, if anything of it came, and its end.</summary>
    public void Write(AnswerResult answer)
    {
        if (!isJson && answer.Chunks > 0)
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(terminal.Shade(StatusLine.Of(answer)));
            terminal.Out.WriteLine(terminal.Shade(StatusLine.Usage(answer.Usage)));
            if (answer.Summary is { } summary)
            {
                terminal.Out.WriteLine(terminal.Shade(StatusLine.Summary(summary, answer.LastIndex)));
            }
        }

        WriteEnd(answer);
    }

    /// <summary>The line for programs, and why there is no more.</summary>
    public void WriteEnd(AnswerResult answer)
    {
        if (isJson)
        {
            terminal.Out.WriteLine(JsonLine.Of(answer));
        }

        terminal.Out.Flush();
        if (answer.Error is not null)
        {
            terminal.Error.WriteLine(terminal.Printable(answer.Error));
        }
    }
}
