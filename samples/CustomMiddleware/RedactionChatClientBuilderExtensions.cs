using CustomMiddleware;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the redaction stage to a pipeline: in the namespace of the builder, so that it is found where the builder is.</summary>
public static class RedactionChatClientBuilderExtensions
{
    /// <summary>Hides words in answers.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What is hidden. Without words nothing is added: a stage that would do nothing costs nothing.</param>
    /// <returns>The builder.</returns>
    public static ChatClientBuilder UseRedaction(this ChatClientBuilder builder, RedactionOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Words.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException($"{nameof(RedactionOptions.Words)} has an empty word, which stands everywhere: remove it.", nameof(options));
        }

        return options.Words.Count == 0 ? builder : builder.Use(innerClient => new RedactionChatClient(innerClient, options));
    }

    /// <summary>Hides words in answers.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    public static ChatClientBuilder UseRedaction(this ChatClientBuilder builder, Action<RedactionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new RedactionOptions();
        configure(options);
        return builder.UseRedaction(options);
    }
}
