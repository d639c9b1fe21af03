namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Splits text that begins with <c>&lt;think&gt;</c> into reasoning and text; a tag may be cut anywhere between two deltas.</summary>
internal sealed class ThinkTags
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    private State _state;
    private string _held = "";

    private enum State
    {
        Start,
        Reasoning,
        Text,
    }

    /// <summary>Takes a delta.</summary>
    /// <returns>What can be handed on now, in order; text that may be the beginning of a tag is held back.</returns>
    public (string Reasoning, string Text) Append(string delta)
    {
        if (_state == State.Text)
        {
            return ("", delta);
        }

        string text = _held + delta;
        _held = "";
        if (_state == State.Start && !TryPassOpening(ref text))
        {
            return ("", text);
        }

        return SplitAtClosing(text);
    }

    /// <summary>What is held back when the text ends.</summary>
    public (string Reasoning, string Text) Flush()
    {
        string held = _held;
        _held = "";
        return _state == State.Reasoning ? (held, "") : ("", held);
    }

    // False: all of it is text, or is held back (text is then empty).
    private bool TryPassOpening(ref string text)
    {
        string begin = text.TrimStart();
        if (begin.StartsWith(Open, StringComparison.Ordinal))
        {
            _state = State.Reasoning;
            text = begin[Open.Length..];
            return true;
        }

        if (Open.StartsWith(begin, StringComparison.Ordinal))
        {
            _held = text;
            text = "";
            return false;
        }

        _state = State.Text;
        return false;
    }

    private (string Reasoning, string Text) SplitAtClosing(string text)
    {
        int close = text.IndexOf(Close, StringComparison.Ordinal);
        if (close >= 0)
        {
            _state = State.Text;
            return (text[..close], text[(close + Close.Length)..]);
        }

        int keep = Math.Min(Close.Length - 1, text.Length);
        while (!Close.StartsWith(text[^keep..], StringComparison.Ordinal))
        {
            keep--;
        }

        _held = text[^keep..];
        return (text[..^keep], "");
    }
}
