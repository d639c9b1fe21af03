using System.Diagnostics.Metrics;
using StreamingAdapters.Limits;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the limits stage to a pipeline.</summary>
public static class StreamingLimitsChatClientBuilderExtensions
{
    /// <summary>Ends answers that are too large or go round in circles, and holds calls back that are too many at once or in a time.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">The limits; null for the defaults. With nothing to limit nothing is added.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Belongs inside function invocation, so that no permit is held while a tool runs, and outside the timeouts, which do not count the wait in a queue. The <see cref="TimeProvider"/> and
    /// the <see cref="IMeterFactory"/> come from the services where they have them. Each pipeline that is built counts its own calls.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public static ChatClientBuilder UseStreamingLimits(this ChatClientBuilder builder, StreamingLimitsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseStreamingLimits(SettingsFailures.Check(options ?? new StreamingLimitsOptions(), nameof(options)), static _ => null);
    }

    /// <summary>Ends answers that are too large or go round in circles, and holds calls back that are too many at once or in a time.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults. With nothing to limit nothing is added.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public static ChatClientBuilder UseStreamingLimits(this ChatClientBuilder builder, Action<StreamingLimitsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingLimitsOptions();
        configure(options);
        return builder.UseStreamingLimits(options);
    }

    /// <summary>The same over a state that outlives the stage.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">The limits, checked.</param>
    /// <param name="keep">Gives the state for the services' clock; null for one of the stage's own.</param>
    internal static ChatClientBuilder UseStreamingLimits(this ChatClientBuilder builder, StreamingLimitsOptions options, Func<TimeProvider?, LimitsState?> keep) => options.IsNothing
        ? builder
        : builder.Use((innerClient, services) => new StreamingLimitsChatClient(
            innerClient, options, services.Time(), services.Loggers(), services.GetService(typeof(IMeterFactory)) as IMeterFactory, keep(services.Time())));
}
