using System.Diagnostics.Metrics;
using StreamingAdapters.Metadata;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the metadata stage to a pipeline.</summary>
public static class StreamingMetadataChatClientBuilderExtensions
{
    /// <summary>Numbers and times the chunks of an answer, and sums the answer up.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What is written; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Belongs outside function invocation, so that an answer of several rounds has one index and one summary. From the services come, where they have them, every
    /// <see cref="IStreamSummarySink"/>, the <see cref="TimeProvider"/> and the <see cref="IMeterFactory"/>. Updates are read with <c>GetChunkMetadata()</c>, responses and exceptions with
    /// <c>GetStreamSummary()</c>, both in the namespace <c>StreamingAdapters.Metadata</c>.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static ChatClientBuilder UseStreamingMetadata(this ChatClientBuilder builder, StreamingMetadataOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingMetadataOptions written = SettingsFailures.Check(options ?? new StreamingMetadataOptions(), nameof(options));
        return builder.Use((innerClient, services) => new StreamingMetadataChatClient(
            innerClient,
            written,
            services.Time(),
            services.Loggers(),
            services.GetService(typeof(IEnumerable<IStreamSummarySink>)) as IEnumerable<IStreamSummarySink>,
            services.GetService(typeof(IMeterFactory)) as IMeterFactory));
    }

    /// <summary>Numbers and times the chunks of an answer, and sums the answer up.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    public static ChatClientBuilder UseStreamingMetadata(this ChatClientBuilder builder, Action<StreamingMetadataOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingMetadataOptions();
        configure(options);
        return builder.UseStreamingMetadata(options);
    }
}
