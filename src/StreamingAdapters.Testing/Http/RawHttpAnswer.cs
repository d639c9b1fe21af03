using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>The bytes of a whole HTTP response, status line and headers included, and how they are written.</summary>
public sealed class RawHttpAnswer
{
    /// <summary>Creates an answer from bytes.</summary>
    /// <param name="bytes">The bytes; none for a connection that dies before its headers.</param>
    public RawHttpAnswer(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>Creates an answer from text, in UTF-8; line ends are the caller's.</summary>
    /// <param name="text">The text.</param>
    public RawHttpAnswer(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The sizes of the writes, the last again and again.</summary>
    /// <value>In bytes, each at least 1. By default one write with everything.</value>
    public IReadOnlyList<int> Writes { get; init; } = [int.MaxValue];

    /// <summary>The delay between two writes, on the server's clock.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan Pace { get; init; }

    /// <summary>What follows the bytes.</summary>
    /// <value><see cref="RawHttpEnd.Close"/> by default.</value>
    public RawHttpEnd End { get; init; }
}
