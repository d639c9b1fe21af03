using Microsoft.Extensions.Logging;

namespace StreamingAdapters.Streams;

/// <summary>What stages take from the services when it was not given: without services, or where they lack it, null.</summary>
internal static class StageServices
{
    public static TimeProvider? Time(this IServiceProvider services) => services.GetService(typeof(TimeProvider)) as TimeProvider;

    public static ILoggerFactory? Loggers(this IServiceProvider services) => services.GetService(typeof(ILoggerFactory)) as ILoggerFactory;
}
