using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>One round: what its provider said, how much text there was, and the attempts that it took.</summary>
internal sealed class MeteredRound(UsageRound said)
{
    public UsageRound Said { get; } = said;

    /// <summary>Whether its provider reported any tokens; zeros are no report of an answer.</summary>
    public bool IsReported => Said.Reported is { } reported && Usages.HasTokens(reported);

    /// <summary>What its provider said, at last or so far; null when it said nothing.</summary>
    public UsageDetails? Known => IsReported ? Said.Known : Said.SoFar;

    /// <summary>The bytes of its text, reasoning and tool calls.</summary>
    public long Bytes { get; private set; }

    /// <summary>Those that came after the provider last said how much output there is.</summary>
    public long BytesSinceSaid { get; private set; }

    /// <summary>The attempts in front of the one that gave the round, as far as recovery has told.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; set; } = [];

    /// <summary>The provider that gave the round, as far as recovery, a router or the metadata stage has told; null when none did.</summary>
    public string? Provider => (Attempts is [.., var last] ? last.Provider : null) ?? ToldProvider;

    /// <summary>The provider by its name on an update; null where it stood on none.</summary>
    public string? ToldProvider { get; set; }

    /// <summary>The failed attempts of which their providers said what they used.</summary>
    public IEnumerable<AttemptRecord> FailedAttempts => Attempts.Where(static attempt => attempt is { Kind: not null, Usage: not null });

    public void Count(long bytes, bool isCovered)
    {
        Bytes += bytes;
        BytesSinceSaid = isCovered ? 0 : BytesSinceSaid + bytes;
    }
}
