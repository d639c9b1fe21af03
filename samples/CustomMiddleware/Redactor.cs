using System.Text;

namespace CustomMiddleware;

/// <summary>Hides words in one text that comes in pieces. Pure: no clock, no client, so that every case of it is a test of one line.</summary>
/// <remarks>A word may be cut by the border of two pieces: what could be the beginning of one is held back until the next piece decides.</remarks>
internal sealed class Redactor(IEnumerable<string> words, string mask)
{
    // The longest first: of "art" and "article" the whole of the text decides.
    private readonly string[] _words = [.. words.OrderByDescending(word => word.Length)];
    private string _held = "";

    /// <summary>Whether something is held back.</summary>
    public bool Holds => _held.Length > 0;

    /// <summary>Takes a piece over and gives what can be shown by now; may be empty.</summary>
    public string Append(string piece) => Take(_held + piece, isEnd: false);

    /// <summary>Gives what was held: no further piece comes.</summary>
    public string Flush() => Take(_held, isEnd: true);

    private string Take(string text, bool isEnd)
    {
        var shown = new StringBuilder();
        int index = 0;
        while (index < text.Length && (isEnd || !_words.Any(word => IsCut(text, index, word))))
        {
            string? word = _words.FirstOrDefault(word => text.AsSpan(index).StartsWith(word, StringComparison.OrdinalIgnoreCase));
            shown.Append(word is null ? text[index..(index + 1)] : mask);
            index += word?.Length ?? 1;
        }

        _held = text[index..];
        return shown.ToString();
    }

    private static bool IsCut(string text, int index, string word) =>
        text.Length - index < word.Length && word.AsSpan().StartsWith(text.AsSpan(index), StringComparison.OrdinalIgnoreCase);
}
