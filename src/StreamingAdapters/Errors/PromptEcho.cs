using System.Text.Encodings.Web;
using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Errors;

/// <summary>A provider's text with the places where it only repeats the request.</summary>
/// <remarks>
/// A phrase counts when it is not wholly inside such a place. Cutting the places out instead would glue new phrases together, and a prompt of one word
/// ("tokens") would destroy the provider's own.
/// </remarks>
internal sealed class PromptEcho
{
    // Shorter texts ("hi") are everywhere.
    private const int ShortestPrompt = 4;

    // Servers cut what they echo, and we cut bodies: this much of a beginning is no coincidence.
    private const int ShortestBeginning = 64;

    private readonly string _text;
    private readonly List<Range> _echoes = [];

    internal PromptEcho(string text, IReadOnlyList<string>? prompts)
    {
        _text = text;
        foreach (string prompt in prompts ?? [])
        {
            foreach (string form in Forms(prompt.Trim(), text).Distinct(StringComparer.Ordinal))
            {
                Find(form);
            }
        }
    }

    /// <summary>Whether the provider says the phrase itself.</summary>
    internal bool Says(string phrase)
    {
        int start = 0;
        while (_text.IndexOf(phrase, start, StringComparison.OrdinalIgnoreCase) is var found and >= 0)
        {
            if (!_echoes.Exists(echo => echo.Start.Value <= found && found + phrase.Length <= echo.End.Value))
            {
                return true;
            }

            start = found + 1;
        }

        return false;
    }

    /// <summary>The error with blanks where its texts repeat the request.</summary>
    internal static ProviderError Hide(ProviderError error, IReadOnlyList<string>? prompts) => error with
    {
        Message = error.Message is { } text ? new PromptEcho(text, prompts).Hide() : null,
        Nested = error.Nested is { } nested ? Hide(nested, prompts) : null,
    };

    private string Hide()
    {
        char[] characters = _text.ToCharArray();
        foreach (Range echo in _echoes)
        {
            characters.AsSpan(echo).Fill(' ');
        }

        return new string(characters);
    }

    // As typed, and as JSON writes it with and without escapes for what is not ASCII.
    private static IEnumerable<string> Forms(string prompt, string text)
    {
        if (prompt.Length < ShortestPrompt)
        {
            yield break;
        }

        // Only what could be in the text at all is worth encoding; without a backslash JSON's forms are the plain one.
        int longest = Math.Max(text.Length, ShortestBeginning);
        string clean = JsonText.ReplaceHalves(prompt.Length > longest ? prompt[..longest] : prompt);
        yield return clean;
        if (text.Contains('\\', StringComparison.Ordinal))
        {
            yield return JsonEncodedText.Encode(clean, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
            yield return JsonEncodedText.Encode(clean, JavaScriptEncoder.Default).Value;
        }
    }

    private void Find(string prompt)
    {
        ReadOnlySpan<char> beginning = prompt.AsSpan(0, Math.Min(prompt.Length, ShortestBeginning));
        int start = 0;
        while (_text.AsSpan(start).IndexOf(beginning, StringComparison.OrdinalIgnoreCase) is var found and >= 0)
        {
            int end = start + found + CommonLength(_text.AsSpan(start + found), prompt);
            _echoes.Add((start + found)..end);
            start = end;
        }
    }

    private static int CommonLength(ReadOnlySpan<char> text, ReadOnlySpan<char> prompt)
    {
        int length = 0;
        while (length < text.Length && length < prompt.Length && char.ToUpperInvariant(text[length]) == char.ToUpperInvariant(prompt[length]))
        {
            length++;
        }

        return length;
    }
}
