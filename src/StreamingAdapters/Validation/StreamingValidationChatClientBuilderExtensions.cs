using StreamingAdapters.Settings;
using StreamingAdapters.Streams;
using StreamingAdapters.Validation;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the validation stage to a pipeline.</summary>
public static class StreamingValidationChatClientBuilderExtensions
{
    /// <summary>Refuses requests that no provider could answer, before anything is sent.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What is let through; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>Belongs outermost: what it throws at the call then reaches the caller at once.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is out of its range, or a media type is none.</exception>
    public static ChatClientBuilder UseStreamingValidation(this ChatClientBuilder builder, StreamingValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingValidationOptions rules = SettingsFailures.Check(options ?? new StreamingValidationOptions(), nameof(options));
        return builder.Use((innerClient, services) => new StreamingValidationChatClient(innerClient, rules, services.Loggers()));
    }

    /// <summary>Refuses requests that no provider could answer, before anything is sent.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">A limit is out of its range, or a media type is none.</exception>
    public static ChatClientBuilder UseStreamingValidation(this ChatClientBuilder builder, Action<StreamingValidationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingValidationOptions();
        configure(options);
        return builder.UseStreamingValidation(options);
    }
}
