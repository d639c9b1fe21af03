using StreamingAdapters.Errors;

namespace StreamingAdapters.Validation;

/// <summary>Collects what is wrong with one request, each as a sentence that names the property, its value and the fix.</summary>
internal sealed class RequestFailures
{
    // A conversation of ten thousand empty messages would fill a log with one exception.
    private const int Most = 50;

    private readonly List<string> _sentences = [];
    private int _count;

    /// <summary>Adds a sentence; never one that quotes a message.</summary>
    public void Add(FormattableString sentence)
    {
        if (++_count <= Most)
        {
            _sentences.Add(FormattableString.Invariant(sentence));
        }
    }

    /// <summary>All of them as an exception; null when there are none.</summary>
    public ChatValidationException? ToException() => _count switch
    {
        0 => null,
        <= Most => new ChatValidationException(_sentences),
        _ => new ChatValidationException([.. _sentences, FormattableString.Invariant($"The request has {_count - Most} more failures, which are left out here.")]),
    };

    /// <summary>A name for a sentence: an id that is a word of at most 64 characters, or else its length, since a model may have written anything into it.</summary>
    public static string Quote(string? id) => id switch
    {
        null or "" => "an empty id",
        { Length: <= 64 } when id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '|') => $"'{id}'",
        _ => FormattableString.Invariant($"an id of {id.Length} characters"),
    };
}
