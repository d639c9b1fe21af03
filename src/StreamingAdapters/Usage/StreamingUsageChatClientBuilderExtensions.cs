using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Usage;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the usage stage to a pipeline.</summary>
public static class StreamingUsageChatClientBuilderExtensions
{
    /// <summary>Counts what answers use: over rounds, failed attempts and calls, however they end, and never twice.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What to count; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Belongs outside function invocation, to see all rounds. From the services come, where they have them, the <see cref="UsageAccumulator"/> (else the stage
    /// has its own), every <see cref="IUsageSink"/>, and the <see cref="TimeProvider"/>.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ChatClientBuilder UseStreamingUsage(this ChatClientBuilder builder, StreamingUsageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseStreamingUsage(SettingsFailures.Check(options ?? new StreamingUsageOptions(), nameof(options)), static _ => null);
    }

    /// <summary>Counts what answers use: over rounds, failed attempts and calls, however they end, and never twice.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ChatClientBuilder UseStreamingUsage(this ChatClientBuilder builder, Action<StreamingUsageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingUsageOptions();
        configure(options);
        return builder.UseStreamingUsage(options);
    }

    /// <summary>The same over an accumulator that outlives the stage, where the services have none.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What to count, checked.</param>
    /// <param name="keep">Gives the accumulator for the services' clock; null for one of the stage's own.</param>
    internal static ChatClientBuilder UseStreamingUsage(this ChatClientBuilder builder, StreamingUsageOptions options, Func<TimeProvider?, UsageAccumulator?> keep) =>
        builder.Use((innerClient, services) => new StreamingUsageChatClient(
            innerClient,
            options,
            services.Time(),
            services.Loggers(),
            services.GetService(typeof(UsageAccumulator)) as UsageAccumulator ?? keep(services.Time()),
            services.GetService(typeof(IEnumerable<IUsageSink>)) as IEnumerable<IUsageSink>));
}
