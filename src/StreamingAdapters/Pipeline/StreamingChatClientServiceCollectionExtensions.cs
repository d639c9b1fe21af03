using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StreamingAdapters;
using StreamingAdapters.Pipeline;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers chat clients whose pipelines come from configuration.</summary>
/// <remarks>
/// <para>The options are checked when a host starts, and at the first resolve where there is none: <see cref="OptionsValidationException"/> holds all failures.
/// When the section changes, the next call runs through a new pipeline and calls in flight end as they began; a change that is wrong is logged as an error and
/// changes nothing.</para>
/// <para>The registered <see cref="StreamingOptions"/> are named after the service key, the default name without one: what code configures for that name counts
/// too, behind the section; <see cref="IOptionsMonitor{TOptions}"/> keeps its first value. A later registration under the same key takes the place of the earlier one.</para>
/// </remarks>
public static class StreamingChatClientServiceCollectionExtensions
{
    /// <summary>Registers an <see cref="IChatClient"/>: the provider and the stages that a section of configuration asks for.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="section">The section, for example <c>configuration.GetSection("Chat")</c>, with <see cref="StreamingOptions.Provider"/> in it.</param>
    /// <param name="rounds">Adds what runs between the stages per answer and those per round, for example <c>b => b.UseFunctionInvocation()</c>; null for nothing.</param>
    /// <param name="lifetime">How long one client lives, and with it the connections of a provider that it makes. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered client; what is added to it stands outside all stages.</returns>
    /// <remarks>A change of the provider's section makes a new client of the provider; the old one is disposed when the last call that began with it ends.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="section"/> is null.</exception>
    public static ChatClientBuilder AddStreamingChatClient(
        this IServiceCollection services, IConfiguration section, Action<ChatClientBuilder>? rounds = null, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        Add(services, serviceKey: null, section, innerClientFactory: null, rounds, lifetime);

    /// <summary>Registers an <see cref="IChatClient"/>: a client of one's own and around it the stages that a section of configuration asks for.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="section">The section, for example <c>configuration.GetSection("Chat")</c>; <see cref="StreamingOptions.Provider"/> in it is checked but not used.</param>
    /// <param name="innerClientFactory">Makes the innermost client, which is disposed with the registered one.</param>
    /// <param name="rounds">Adds what runs between the stages per answer and those per round, for example <c>b => b.UseFunctionInvocation()</c>; null for nothing.</param>
    /// <param name="lifetime">How long one client lives, and with it the connections of a provider that it makes. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered client; what is added to it stands outside all stages.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/>, <paramref name="section"/> or <paramref name="innerClientFactory"/> is null.</exception>
    public static ChatClientBuilder AddStreamingChatClient(
        this IServiceCollection services,
        IConfiguration section,
        Func<IServiceProvider, IChatClient> innerClientFactory,
        Action<ChatClientBuilder>? rounds = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(innerClientFactory);
        return Add(services, serviceKey: null, section, innerClientFactory, rounds, lifetime);
    }

    /// <summary>Registers an <see cref="IChatClient"/> under a key: the provider and the stages that a section of configuration asks for.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceKey">The key to resolve it with; its text is the name of the options. Null registers without a key.</param>
    /// <param name="section">The section, for example <c>configuration.GetSection("Chat")</c>, with <see cref="StreamingOptions.Provider"/> in it.</param>
    /// <param name="rounds">Adds what runs between the stages per answer and those per round, for example <c>b => b.UseFunctionInvocation()</c>; null for nothing.</param>
    /// <param name="lifetime">How long one client lives, and with it the connections of a provider that it makes. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered client; what is added to it stands outside all stages.</returns>
    /// <remarks>A change of the provider's section makes a new client of the provider; the old one is disposed when the last call that began with it ends.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="section"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Another key of the same text is registered.</exception>
    public static ChatClientBuilder AddKeyedStreamingChatClient(
        this IServiceCollection services,
        object? serviceKey,
        IConfiguration section,
        Action<ChatClientBuilder>? rounds = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        Add(services, serviceKey, section, innerClientFactory: null, rounds, lifetime);

    /// <summary>Registers an <see cref="IChatClient"/> under a key: a client of one's own and around it the stages that a section of configuration asks for.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceKey">The key to resolve it with; its text is the name of the options. Null registers without a key.</param>
    /// <param name="section">The section, for example <c>configuration.GetSection("Chat")</c>; <see cref="StreamingOptions.Provider"/> in it is checked but not used.</param>
    /// <param name="innerClientFactory">Makes the innermost client, which is disposed with the registered one.</param>
    /// <param name="rounds">Adds what runs between the stages per answer and those per round, for example <c>b => b.UseFunctionInvocation()</c>; null for nothing.</param>
    /// <param name="lifetime">How long one client lives, and with it the connections of a provider that it makes. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The builder of the registered client; what is added to it stands outside all stages.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/>, <paramref name="section"/> or <paramref name="innerClientFactory"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Another key of the same text is registered.</exception>
    public static ChatClientBuilder AddKeyedStreamingChatClient(
        this IServiceCollection services,
        object? serviceKey,
        IConfiguration section,
        Func<IServiceProvider, IChatClient> innerClientFactory,
        Action<ChatClientBuilder>? rounds = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(innerClientFactory);
        return Add(services, serviceKey, section, innerClientFactory, rounds, lifetime);
    }

    private static ChatClientBuilder Add(
        IServiceCollection services,
        object? serviceKey,
        IConfiguration section,
        Func<IServiceProvider, IChatClient>? innerClientFactory,
        Action<ChatClientBuilder>? rounds,
        ServiceLifetime lifetime)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        var registered = new RegisteredSection<StreamingOptions>(
            serviceKey, section, innerClientFactory is null ? static (options, failures) => options.Provider.ValidateClient(failures.In(nameof(StreamingOptions.Provider))) : null);
        string name = registered.Name;
        registered.AddTo(services);
        services.TryAddKeyedSingleton<PipelineState>(name);
        ChatClientBuilder builder = services.AddKeyedChatClient(serviceKey, Create, lifetime);
        registered.Service = services[^1];
        return builder;

        ConfiguredChatClient Create(IServiceProvider provider)
        {
            // Not the monitor: it would throw a wrong change into the configuration's own reload.
            IOptionsFactory<StreamingOptions> options = provider.GetRequiredService<IOptionsFactory<StreamingOptions>>();
            var source = new PipelineSource(() => options.Create(name), section, rounds, provider.GetRequiredKeyedService<PipelineState>(name))
            {
                InnerClientFactory = innerClientFactory,
            };
            return new ConfiguredChatClient(source, innerClient: null, provider);
        }
    }
}
