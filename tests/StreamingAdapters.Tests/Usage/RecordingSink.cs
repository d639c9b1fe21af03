using NSubstitute;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>A sink that keeps what it is given.</summary>
internal static class RecordingSink
{
    public static IUsageSink Into(List<UsageRecord> records)
    {
        IUsageSink sink = Substitute.For<IUsageSink>();
        sink.When(it => it.Write(Arg.Any<UsageRecord>())).Do(call =>
        {
            lock (records)
            {
                records.Add(call.Arg<UsageRecord>());
            }
        });
        return sink;
    }
}
