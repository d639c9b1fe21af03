using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using StreamingAdapters.Metadata;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>The services that stages look for, without a container.</summary>
internal sealed class TestServices(
    TimeProvider? time = null, ILoggerFactory? loggers = null, IStreamSummarySink? summaries = null, IUsageSink? usages = null, IMeterFactory? meters = null) : IServiceProvider
{
    public object? GetService(Type serviceType) =>
        serviceType == typeof(TimeProvider) ? time
        : serviceType == typeof(ILoggerFactory) ? loggers
        : serviceType == typeof(IEnumerable<IStreamSummarySink>) ? (summaries is null ? [] : new[] { summaries })
        : serviceType == typeof(IEnumerable<IUsageSink>) ? (usages is null ? [] : new[] { usages })
        : serviceType == typeof(IMeterFactory) ? meters
        : null;
}
