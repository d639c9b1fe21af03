using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamingAdapters;
using StreamingAdapters.Pipeline;
using StreamingAdapters.Settings;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the whole of the streaming stages to a pipeline, in their order.</summary>
/// <remarks>A stream runs through the pipeline that is current when its enumeration begins: with streaming, a bad request fails there and not at the call.</remarks>
public static class StreamingChatClientBuilderExtensions
{
    /// <summary>Adds the stages that the options ask for, in the order that <see cref="StreamingOptions"/> lists.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What to add; null for basic mode with the defaults.</param>
    /// <param name="rounds">Adds what runs between the stages per answer and those per round, for example <c>b => b.UseFunctionInvocation()</c>; null for nothing.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">A value is out of its range; the message says all of them.</exception>
    public static ChatClientBuilder UseStreaming(this ChatClientBuilder builder, StreamingOptions? options = null, Action<ChatClientBuilder>? rounds = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingOptions given = SettingsFailures.Check(options ?? new StreamingOptions(), nameof(options));
        return Use(builder, new PipelineSource(() => given, Section: null, rounds, new PipelineState()));
    }

    /// <summary>Adds the stages that the options ask for, in the order that <see cref="StreamingOptions"/> lists.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <param name="rounds">Adds what runs between the stages per answer and those per round, for example <c>b => b.UseFunctionInvocation()</c>; null for nothing.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">A value is out of its range; the message says all of them.</exception>
    public static ChatClientBuilder UseStreaming(this ChatClientBuilder builder, Action<StreamingOptions> configure, Action<ChatClientBuilder>? rounds = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingOptions();
        configure(options);
        return builder.UseStreaming(options, rounds);
    }

    /// <summary>Adds the stages that a section of configuration asks for, in the order that <see cref="StreamingOptions"/> lists, and follows its changes.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="section">
    /// The section, for example <c>configuration.GetSection("Chat")</c>; read when the pipeline is built. An absent one is basic mode with the defaults.
    /// <see cref="StreamingOptions.Provider"/> is checked but not used: the builder has its client.
    /// </param>
    /// <param name="rounds">Adds what runs between the stages per answer and those per round, for example <c>b => b.UseFunctionInvocation()</c>; null for nothing.</param>
    /// <returns>The builder. Building throws <see cref="OptionsValidationException"/> with all failures if a key is unknown or a value wrong.</returns>
    /// <remarks>
    /// When the section changes, the next call runs through a new pipeline and calls in flight end as they began. A change that is wrong is logged as an error
    /// and changes nothing.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="section"/> is null.</exception>
    public static ChatClientBuilder UseStreaming(this ChatClientBuilder builder, IConfiguration section, Action<ChatClientBuilder>? rounds = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        return Use(builder, new PipelineSource(() => PipelineSource.ReadFrom(section), section, rounds, new PipelineState()));
    }

    private static ChatClientBuilder Use(ChatClientBuilder builder, PipelineSource source) =>
        builder.Use((innerClient, services) => new ConfiguredChatClient(source, innerClient, services));
}
