using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>The attempts of one opening. Thread-safe.</summary>
internal sealed class AttemptLog
{
    private readonly Lock _gate = new();
    private readonly List<Attempt> _attempts = [];

    public void Add(Attempt attempt)
    {
        lock (_gate)
        {
            _attempts.Add(attempt);
        }
    }

    /// <summary>Takes over the attempts of another opening of the same answer.</summary>
    public void Adopt(AttemptLog other)
    {
        Attempt[] others = other.All;
        lock (_gate)
        {
            _attempts.AddRange(others);
        }
    }

    /// <summary>The attempts in their order, the one that gave the answer last: readers count it by what arrived.</summary>
    public Attempt[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _attempts.OrderBy(attempt => attempt.IsWinner)];
            }
        }
    }

    /// <summary>The value of <see cref="StreamingKeys.Attempts"/>.</summary>
    public Dictionary<string, object?> Write() => AttemptRecord.Write(All.Select(attempt => attempt.ToRecord()));

    /// <summary>Puts the log on what is thrown.</summary>
    public void WriteTo(Exception exception)
    {
        if (All.Length > 0)
        {
            ExceptionData.Set(exception, StreamingKeys.Attempts, Write());
        }
    }
}
