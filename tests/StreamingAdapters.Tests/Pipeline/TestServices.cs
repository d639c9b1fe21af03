using Microsoft.Extensions.Logging;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>The services that stages look for, without a container.</summary>
internal sealed class TestServices(TimeProvider? time = null, ILoggerFactory? loggers = null) : IServiceProvider
{
    public object? GetService(Type serviceType) =>
        serviceType == typeof(TimeProvider) ? time
        : serviceType == typeof(ILoggerFactory) ? loggers
        : null;
}
