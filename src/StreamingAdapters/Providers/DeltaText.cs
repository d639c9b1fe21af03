using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>Joins an emoji that a server cut between its two UTF-16 halves over two deltas; a half that stays alone becomes U+FFFD.</summary>
internal struct DeltaText
{
    private char _heldBack;

    /// <summary>The text to hand on now: a trailing high surrogate waits for the next delta.</summary>
    public string Append(ReadOnlySpan<byte> escaped)
    {
        string text = JsonText.Decode(escaped);
        if (_heldBack == '\0' && !escaped.Contains((byte)'\\'))
        {
            return text;
        }

        return text.Length == 0 ? text : Join(text);
    }

    /// <summary>What is left when the block ends: empty, or U+FFFD for a half that stayed alone.</summary>
    public string Flush()
    {
        bool alone = _heldBack != '\0';
        _heldBack = '\0';
        return alone ? "\uFFFD" : "";
    }

    private string Join(string text)
    {
        if (_heldBack != '\0')
        {
            text = _heldBack + text;
            _heldBack = '\0';
        }

        if (char.IsHighSurrogate(text[^1]))
        {
            _heldBack = text[^1];
            text = text[..^1];
        }

        return JsonText.ReplaceHalves(text);
    }
}
