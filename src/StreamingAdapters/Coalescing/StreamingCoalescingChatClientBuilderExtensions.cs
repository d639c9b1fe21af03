using StreamingAdapters.Coalescing;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the coalescing stage to a pipeline.</summary>
public static class StreamingCoalescingChatClientBuilderExtensions
{
    /// <summary>Merges neighbouring updates of text, and of reasoning, so that a consumer gets fewer and fuller ones.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">When to hand out; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Belongs outside function invocation, and inside the metadata stage: outside it every update has properties of its own and none is merged. The clock comes
    /// from the services if they have a <see cref="TimeProvider"/>.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static ChatClientBuilder UseStreamingCoalescing(this ChatClientBuilder builder, StreamingCoalescingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StreamingCoalescingOptions given = SettingsFailures.Check(options ?? new StreamingCoalescingOptions(), nameof(options));
        return builder.Use((innerClient, services) => new StreamingCoalescingChatClient(innerClient, given, services.Time(), services.Loggers()));
    }

    /// <summary>Merges neighbouring updates of text, and of reasoning, so that a consumer gets fewer and fuller ones.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static ChatClientBuilder UseStreamingCoalescing(this ChatClientBuilder builder, Action<StreamingCoalescingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new StreamingCoalescingOptions();
        configure(options);
        return builder.UseStreamingCoalescing(options);
    }
}
