using Microsoft.Extensions.AI;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers chat clients and the pipelines around them.</summary>
/// <remarks>The pipeline is built when the client is resolved, so stages added to the returned builder later take part too.</remarks>
public static class ChatClientBuilderServiceCollectionExtensions
{
    /// <summary>Registers a client that exists already as <see cref="IChatClient"/>.</summary>
    /// <param name="serviceCollection">Where to register.</param>
    /// <param name="innerClient">The innermost client. The provider disposes it with the pipeline.</param>
    /// <param name="lifetime">How long one pipeline lives. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered pipeline.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceCollection"/> or <paramref name="innerClient"/> is null.</exception>
    public static ChatClientBuilder AddChatClient(
        this IServiceCollection serviceCollection, IChatClient innerClient, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(serviceCollection);

        return Add(serviceCollection, serviceKey: null, new ChatClientBuilder(innerClient), lifetime);
    }

    /// <summary>Registers a client that a factory creates as <see cref="IChatClient"/>.</summary>
    /// <param name="serviceCollection">Where to register.</param>
    /// <param name="innerClientFactory">Creates the innermost client from the services of the resolving scope.</param>
    /// <param name="lifetime">How long one pipeline lives. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered pipeline.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceCollection"/> or <paramref name="innerClientFactory"/> is null.</exception>
    public static ChatClientBuilder AddChatClient(
        this IServiceCollection serviceCollection,
        Func<IServiceProvider, IChatClient> innerClientFactory,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(serviceCollection);

        return Add(serviceCollection, serviceKey: null, new ChatClientBuilder(innerClientFactory), lifetime);
    }

    /// <summary>Registers a client that exists already as <see cref="IChatClient"/> under a key.</summary>
    /// <param name="serviceCollection">Where to register.</param>
    /// <param name="serviceKey">The key to resolve it with. Null registers without a key.</param>
    /// <param name="innerClient">The innermost client. The provider disposes it with the pipeline.</param>
    /// <param name="lifetime">How long one pipeline lives. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered pipeline.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceCollection"/> or <paramref name="innerClient"/> is null.</exception>
    public static ChatClientBuilder AddKeyedChatClient(
        this IServiceCollection serviceCollection, object? serviceKey, IChatClient innerClient, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(serviceCollection);

        return Add(serviceCollection, serviceKey, new ChatClientBuilder(innerClient), lifetime);
    }

    /// <summary>Registers a client that a factory creates as <see cref="IChatClient"/> under a key.</summary>
    /// <param name="serviceCollection">Where to register.</param>
    /// <param name="serviceKey">The key to resolve it with. Null registers without a key.</param>
    /// <param name="innerClientFactory">Creates the innermost client from the services of the resolving scope.</param>
    /// <param name="lifetime">How long one pipeline lives. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered pipeline.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceCollection"/> or <paramref name="innerClientFactory"/> is null.</exception>
    public static ChatClientBuilder AddKeyedChatClient(
        this IServiceCollection serviceCollection,
        object? serviceKey,
        Func<IServiceProvider, IChatClient> innerClientFactory,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(serviceCollection);

        return Add(serviceCollection, serviceKey, new ChatClientBuilder(innerClientFactory), lifetime);
    }

    // A descriptor with the key null is the same as one without a key.
    private static ChatClientBuilder Add(IServiceCollection services, object? serviceKey, ChatClientBuilder builder, ServiceLifetime lifetime)
    {
        services.Add(new ServiceDescriptor(typeof(IChatClient), serviceKey, (provider, _) => builder.Build(provider), lifetime));
        return builder;
    }
}
