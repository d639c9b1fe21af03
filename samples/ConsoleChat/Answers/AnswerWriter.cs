using Microsoft.Extensions.AI;

namespace ConsoleChat.Answers;

/// <summary>Prints an answer while it comes: its text, and at a terminal its reasoning in a shade.</summary>
internal sealed class AnswerWriter(ChatTerminal terminal)
{
    private bool _isReasoning;
    private bool _isMidLine;

    public void Write(ChatResponseUpdate update)
    {
        foreach (AIContent content in update.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } text:
                    EndReasoning();
                    Print(text.Text);
                    break;

                // In a file it could not be told from the answer.
                case TextReasoningContent { Text.Length: > 0 } reasoning when terminal.IsOutputTerminal:
                    BeginReasoning();
                    terminal.Out.Write(terminal.Shade(terminal.Printable(reasoning.Text)));
                    break;
            }
        }

        terminal.Out.Flush();
    }

    /// <summary>Ends the last line, so that what follows begins one.</summary>
    public void End()
    {
        EndReasoning();
        if (_isMidLine)
        {
            terminal.Out.WriteLine();
            _isMidLine = false;
        }
    }

    private void Print(string text)
    {
        terminal.Out.Write(terminal.Printable(text));
        _isMidLine = text[^1] != '\n';
    }

    private void BeginReasoning()
    {
        if (!_isReasoning)
        {
            End();
            terminal.Out.Write(terminal.Shade("[thinking] "));
            _isReasoning = true;
        }
    }

    private void EndReasoning()
    {
        if (_isReasoning)
        {
            terminal.Out.WriteLine();
            _isReasoning = false;
        }
    }
}
