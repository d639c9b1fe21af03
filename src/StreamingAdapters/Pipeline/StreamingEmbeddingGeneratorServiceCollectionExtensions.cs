using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamingAdapters;
using StreamingAdapters.Pipeline;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers generators of embeddings that come from configuration.</summary>
/// <remarks>
/// <para>The options are checked when a host starts, and at the first resolve where there is none: <see cref="OptionsValidationException"/> holds all failures.
/// They are read once: a change of the section waits for a restart, since another model's vectors cannot be compared with those that are stored.</para>
/// <para>The registered <see cref="StreamingEmbeddingOptions"/> are named after the service key, the default name without one: what code configures for that name counts
/// too, behind the section. A later registration under the same key takes the place of the earlier one.</para>
/// </remarks>
public static class StreamingEmbeddingGeneratorServiceCollectionExtensions
{
    /// <summary>Registers an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of texts: the provider, and the retries, that a section of configuration asks for.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="section">The section, for example <c>configuration.GetSection("Embeddings")</c>, with <see cref="StreamingEmbeddingOptions.Provider"/> in it.</param>
    /// <param name="lifetime">How long one generator lives, and with it its connections. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="section"/> is null.</exception>
    public static IServiceCollection AddStreamingEmbeddingGenerator(
        this IServiceCollection services, IConfiguration section, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        services.AddKeyedStreamingEmbeddingGenerator(serviceKey: null, section, lifetime);

    /// <summary>Registers an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of texts under a key: the provider, and the retries, that a section of configuration asks for.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceKey">The key to resolve it with; its text is the name of the options. Null registers without a key.</param>
    /// <param name="section">The section, for example <c>configuration.GetSection("Embeddings")</c>, with <see cref="StreamingEmbeddingOptions.Provider"/> in it.</param>
    /// <param name="lifetime">How long one generator lives, and with it its connections. Default: <see cref="ServiceLifetime.Singleton"/>.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="section"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Another key of the same text is registered.</exception>
    public static IServiceCollection AddKeyedStreamingEmbeddingGenerator(
        this IServiceCollection services, object? serviceKey, IConfiguration section, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        var registered = new RegisteredSection<StreamingEmbeddingOptions>(
            serviceKey, section, static (options, failures) => options.Provider.ValidateGenerator(failures.In(nameof(StreamingEmbeddingOptions.Provider))));
        registered.AddTo(services);
        registered.Service = new ServiceDescriptor(typeof(IEmbeddingGenerator<string, Embedding<float>>), serviceKey, (provider, _) => Create(provider, registered.Name), lifetime);
        services.Add(registered.Service);
        return services;
    }

    private static IEmbeddingGenerator<string, Embedding<float>> Create(IServiceProvider services, string name)
    {
        StreamingEmbeddingOptions options = services.GetRequiredService<IOptionsMonitor<StreamingEmbeddingOptions>>().Get(name);
        TimeProvider timeProvider = services.Time() ?? TimeProvider.System;
        HttpEmbeddingGenerator generator = ProviderNames.CreateGenerator(options.Provider, timeProvider).InBatchesOf(options.BatchSize);
        return options.Recovery.Enabled ? new RetryingEmbeddingGenerator(generator, options.Recovery, timeProvider) : generator;
    }
}
