using StreamingAdapters.Integrity;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the integrity stage to a pipeline.</summary>
public static class StreamingIntegrityChatClientBuilderExtensions
{
    /// <summary>Fails answers that end without a finish reason or without content, over clients that are not this library's.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What is asked of answers; null for the defaults. With everything switched off nothing is added.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Belongs innermost, next to the provider. Over this library's own providers nothing is added either: they tell a whole answer from a cut one by their
    /// protocol's end, which an update may not show.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static ChatClientBuilder UseStreamingIntegrity(this ChatClientBuilder builder, StreamingIntegrityOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingIntegrityOptions rules = SettingsFailures.Check(options ?? new StreamingIntegrityOptions(), nameof(options));
        return rules is { RequireFinishReason: false, RequireContent: false, Annotate: false }
            ? builder
            : builder.Use((innerClient, services) => innerClient.GetService(typeof(KnowsEndOfStream)) is not null
                ? innerClient
                : new StreamingIntegrityChatClient(innerClient, rules, services.Loggers()));
    }

    /// <summary>Fails answers that end without a finish reason or without content, over clients that are not this library's.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults. With everything switched off nothing is added.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    public static ChatClientBuilder UseStreamingIntegrity(this ChatClientBuilder builder, Action<StreamingIntegrityOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingIntegrityOptions();
        configure(options);
        return builder.UseStreamingIntegrity(options);
    }
}
