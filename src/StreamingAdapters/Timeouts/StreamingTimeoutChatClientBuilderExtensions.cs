using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Timeouts;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the timeout stage to a pipeline.</summary>
public static class StreamingTimeoutChatClientBuilderExtensions
{
    /// <summary>Ends answers that take too long: to their first content, from content to content, or in all.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">The limits; null for the defaults. With every limit null nothing is added.</param>
    /// <returns>The builder.</returns>
    /// <remarks>Belongs inside function invocation: outside it the clocks would run while tools do. The clock comes from the services if they have a <see cref="TimeProvider"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is not longer than zero.</exception>
    public static ChatClientBuilder UseStreamingTimeout(this ChatClientBuilder builder, StreamingTimeoutOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingTimeoutOptions limits = SettingsFailures.Check(options ?? new StreamingTimeoutOptions(), nameof(options));
        return limits is { FirstContent: null, Idle: null, Total: null }
            ? builder
            : builder.Use((innerClient, services) => new StreamingTimeoutChatClient(innerClient, limits, services.Time(), services.Loggers()));
    }

    /// <summary>Ends answers that take too long: to their first content, from content to content, or in all.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults. With every limit null nothing is added.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is not longer than zero.</exception>
    public static ChatClientBuilder UseStreamingTimeout(this ChatClientBuilder builder, Action<StreamingTimeoutOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingTimeoutOptions();
        configure(options);
        return builder.UseStreamingTimeout(options);
    }
}
