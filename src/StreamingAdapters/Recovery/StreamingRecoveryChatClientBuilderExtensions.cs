using System.Diagnostics.Metrics;
using StreamingAdapters.Recovery;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the recovery stage to a pipeline.</summary>
public static class StreamingRecoveryChatClientBuilderExtensions
{
    /// <summary>Makes failures before the first content invisible, by retries, other routes and hedges; a failure behind it fails the answer, or continues it in the open.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">What is done about failures, and the further routes; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Belongs inside function invocation and the total timeout, outside the other clocks and the integrity stage, which are for one attempt; put those around the clients of further routes too. The <see cref="TimeProvider"/> and the
    /// <see cref="IMeterFactory"/> come from the services where they have them.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ChatClientBuilder UseStreamingRecovery(this ChatClientBuilder builder, StreamingRecoveryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingRecoveryOptions given = SettingsFailures.Check(options ?? new StreamingRecoveryOptions(), nameof(options));
        return builder.UseStreamingRecovery(_ => given, static _ => null);
    }

    /// <summary>Makes failures before the first content invisible, by retries, other routes and hedges; a failure behind it fails the answer, or continues it in the open.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ChatClientBuilder UseStreamingRecovery(this ChatClientBuilder builder, Action<StreamingRecoveryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingRecoveryOptions();
        configure(options);
        return builder.UseStreamingRecovery(options);
    }

    /// <summary>The same with routes that are made with the pipeline, over a state that outlives the stage.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">Gives the checked options for the services.</param>
    /// <param name="keep">Gives the state for the services' clock; null for one of the stage's own.</param>
    internal static ChatClientBuilder UseStreamingRecovery(
        this ChatClientBuilder builder, Func<IServiceProvider, StreamingRecoveryOptions> options, Func<TimeProvider?, RecoveryState?> keep) =>
        builder.Use((innerClient, services) => new StreamingRecoveryChatClient(
            innerClient, options(services), services.Time(), services.Loggers(), services.GetService(typeof(IMeterFactory)) as IMeterFactory, keep(services.Time())));

    /// <summary>Holds what comes in front of an answer's first content, so that whoever stands outside and goes elsewhere on a failure may do so until there is content.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <returns>The builder.</returns>
    /// <remarks>For one route of another library's failover, which commits to the first update. <see cref="UseStreamingRecovery(ChatClientBuilder, StreamingRecoveryOptions)"/> has a gate of its own.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static ChatClientBuilder UseStreamingCommitGate(this ChatClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use(innerClient => new CommitGateChatClient(innerClient));
    }
}
