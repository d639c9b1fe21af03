using StreamingAdapters.Fallback;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the fallback stage to a pipeline.</summary>
public static class StreamingFallbackChatClientBuilderExtensions
{
    /// <summary>Asks a model that refuses to stream for its whole answer instead, over clients that are not this library's.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">How refusals are remembered; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Belongs outside the timeout of the first content, whose clock does not run while a whole answer is waited for. Over this library's own providers nothing is
    /// added: they ask again themselves. The clock comes from the services if they have a <see cref="TimeProvider"/>.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ChatClientBuilder UseStreamingFallback(this ChatClientBuilder builder, StreamingFallbackOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingFallbackOptions rules = SettingsFailures.Check(options ?? new StreamingFallbackOptions(), nameof(options));
        return builder.Use((innerClient, services) => innerClient.GetService(typeof(KnowsEndOfStream)) is not null
            ? innerClient
            : new StreamingFallbackChatClient(innerClient, rules, services.Time(), services.Loggers()));
    }

    /// <summary>Asks a model that refuses to stream for its whole answer instead, over clients that are not this library's.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ChatClientBuilder UseStreamingFallback(this ChatClientBuilder builder, Action<StreamingFallbackOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingFallbackOptions();
        configure(options);
        return builder.UseStreamingFallback(options);
    }
}
