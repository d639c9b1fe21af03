using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the errors stage to a pipeline.</summary>
public static class StreamingErrorsChatClientBuilderExtensions
{
    /// <summary>Makes one family of exceptions of what any client throws, with the text as far as the consumer saw it.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What to keep and map; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>Belongs near the outside, inside validation alone: it sees what the consumer sees. The family is <see cref="ChatAdapterException"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static ChatClientBuilder UseStreamingErrors(this ChatClientBuilder builder, StreamingErrorsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((innerClient, services) => new StreamingErrorsChatClient(innerClient, options, services.Loggers()));
    }

    /// <summary>Makes one family of exceptions of what any client throws, with the text as far as the consumer saw it.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    public static ChatClientBuilder UseStreamingErrors(this ChatClientBuilder builder, Action<StreamingErrorsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingErrorsOptions();
        configure(options);
        return builder.UseStreamingErrors(options);
    }
}
