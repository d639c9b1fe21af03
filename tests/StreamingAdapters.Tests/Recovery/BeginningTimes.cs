using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Keeps when attempts begin, counted from the clock's start.</summary>
internal sealed class BeginningTimes(ManualTimeProvider time)
{
    private readonly List<TimeSpan> _all = [];

    public IReadOnlyList<TimeSpan> All => _all;

    public IEnumerable<TimeSpan> Waits => _all.Zip(_all.Skip(1), (earlier, later) => later - earlier);

    /// <summary>A script that notes its beginning.</summary>
    public StreamScript Script() => StreamScript.New().Content(() =>
    {
        _all.Add(time.GetUtcNow() - ManualTimeProvider.DefaultStart);
        return new TextContent("");
    });
}
