using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.AI;

/// <summary>Has no services, keyed or not: what a pipeline built without a provider resolves from.</summary>
internal sealed class EmptyServiceProvider : IKeyedServiceProvider
{
    public static EmptyServiceProvider Instance { get; } = new();

    public object? GetService(Type serviceType) => null;

    public object? GetKeyedService(Type serviceType, object? serviceKey) => null;

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) => throw new InvalidOperationException(
        $"There is no service {serviceType} with key '{serviceKey}': the pipeline was built without services. Give Build an IServiceProvider.");
}
