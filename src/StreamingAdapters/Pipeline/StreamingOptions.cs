using Microsoft.Extensions.AI;
using StreamingAdapters.Coalescing;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Fallback;
using StreamingAdapters.Integrity;
using StreamingAdapters.Limits;
using StreamingAdapters.Metadata;
using StreamingAdapters.Recovery;
using StreamingAdapters.Settings;
using StreamingAdapters.Timeouts;
using StreamingAdapters.Usage;
using StreamingAdapters.Validation;

namespace StreamingAdapters;

/// <summary>What a configured pipeline consists of: the root of its section of configuration.</summary>
/// <remarks>
/// <para>The order of the stages, outermost first, whatever the order in which they are configured. Per answer:</para>
/// <list type="number">
/// <item><description><see cref="Validation"/> (basic and enhanced)</description></item>
/// <item><description><see cref="Errors"/> (basic and enhanced)</description></item>
/// <item><description><see cref="Usage"/></description></item>
/// <item><description><see cref="Metadata"/></description></item>
/// <item><description><see cref="Coalescing"/></description></item>
/// </list>
/// <para>Then the slot of rounds, in both modes: function invocation, by the argument <c>rounds</c> and <see cref="ConfigureRounds"/>. Per round:</para>
/// <list type="number">
/// <item><description><see cref="Limits"/></description></item>
/// <item><description><see cref="Timeout"/>: the total</description></item>
/// <item><description><see cref="Routing"/>, in both modes; the stages below stand around each of its routes</description></item>
/// <item><description><see cref="Recovery"/>; the stages below stand around each of its routes</description></item>
/// <item><description><see cref="Fallback"/>, over clients that are not this library's</description></item>
/// <item><description><see cref="Timeout"/>: first content and idle</description></item>
/// <item><description><see cref="Integrity"/>, over clients that are not this library's</description></item>
/// </list>
/// <para>Nothing inside the slot sees a tool run, and nothing outside it begins anew with a round. A stage that would do nothing is not built.</para>
/// <para>An unknown key in the section and a value out of its range are failures; all are reported at once, each with its full path.</para>
/// </remarks>
public sealed class StreamingOptions : IStageOptions
{
    /// <summary>How much the pipeline adds.</summary>
    /// <value><see cref="StreamingMode.Basic"/> by default.</value>
    public StreamingMode Mode { get; set; }

    /// <summary>Which requests are refused before anything is sent; in basic mode too.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingValidationOptions Validation { get; set => field = NotNull(value); } = new();

    /// <summary>How exceptions become one family; in basic mode too.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingErrorsOptions Errors { get; set => field = NotNull(value); } = new();

    /// <summary>What is counted, and at which prices.</summary>
    /// <value>
    /// The stage's defaults. A change of <see cref="StreamingUsageOptions.MaxConversations"/> or <see cref="StreamingUsageOptions.ConversationLifetime"/> waits for
    /// a restart, since the sums outlive changes.
    /// </value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingUsageOptions Usage { get; set => field = NotNull(value); } = new();

    /// <summary>What chunks and answers carry about themselves.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingMetadataOptions Metadata { get; set => field = NotNull(value); } = new();

    /// <summary>How neighbouring text is merged.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingCoalescingOptions Coalescing { get; set => field = NotNull(value); } = new();

    /// <summary>How much an answer may be, and how many calls may run and begin.</summary>
    /// <value>The stage's defaults. The counts of calls outlive changes, as long as the values of their own limit stay the same.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingLimitsOptions Limits { get; set => field = NotNull(value); } = new();

    /// <summary>The clocks of a round.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingTimeoutOptions Timeout { get; set => field = NotNull(value); } = new();

    /// <summary>How failures are met.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingRecoveryOptions Recovery { get; set => field = NotNull(value); } = new();

    /// <summary>How models are treated that refuse to stream.</summary>
    /// <value>The stage's defaults. What is remembered of models is forgotten when the configuration changes.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingFallbackOptions Fallback { get; set => field = NotNull(value); } = new();

    /// <summary>What is asked of the ends of answers of other clients.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingIntegrityOptions Integrity { get; set => field = NotNull(value); } = new();

    /// <summary>The server, where the pipeline makes its provider's client itself.</summary>
    /// <value>No name: needed by <c>AddStreamingChatClient</c> without a factory, checked but not used elsewhere.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingProviderOptions Provider { get; set => field = NotNull(value); } = new();

    /// <summary>Where recovery goes when the provider fails, in this order, behind the routes of <see cref="StreamingRecoveryOptions.Routes"/>.</summary>
    /// <value>Empty by default. In configuration a list, <c>Routes:0:Provider:Name</c>; in enhanced mode only.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IList<StreamingRouteOptions> Routes { get; set => field = NotNull(value); } = [];

    /// <summary>Providers in front of <see cref="Provider"/>, which take the calls they are for; the provider takes the rest.</summary>
    /// <value>Empty by default. In configuration a list, <c>Routing:0:Provider:Name</c>; in both modes.</value>
    /// <remarks>
    /// Chosen for each round, before anything is sent. In enhanced mode each has the stages of a round below <see cref="Recovery"/> for itself, and recovery goes on from one of
    /// them to <see cref="Provider"/>, where that has a model, and then to <see cref="Routes"/>.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IList<StreamingModelRouteOptions> Routing { get; set => field = NotNull(value); } = [];

    /// <summary>Adds what runs between the stages per answer and those per round: function invocation.</summary>
    /// <value>Null by default: nothing. Code alone can set it; it has no key.</value>
    /// <remarks>Stands inside what the <c>rounds</c> argument adds. Called for each pipeline that is built, so once per change of the configuration.</remarks>
    public Action<ChatClientBuilder>? ConfigureRounds { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Member<StreamingMode>(nameof(Mode), value => Mode = value);
        foreach ((string name, IStageOptions options) in Sections)
        {
            section.Section(name, options);
        }

        section.Named(nameof(Routes), (_, route) => Routes.Add(Read<StreamingRouteOptions>(route)));
        section.Named(nameof(Routing), (_, route) => Routing.Add(Read<StreamingModelRouteOptions>(route)));
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(Enum.IsDefined(Mode), nameof(Mode), Mode, "it has to be Basic or Enhanced");
        foreach ((string name, IStageOptions options) in Sections)
        {
            options.Validate(failures.In(name));
        }

        Validate(Routes, failures.In(nameof(Routes)));
        Validate(Routing, failures.In(nameof(Routing)));
        IEnumerable<string?> names = Routes.Select(route => route.Name).Concat(Routing.Select(route => route.Name));
        StreamingRecoveryOptions.RequireOwnNames(Recovery.Routes.Prepend(Recovery.Primary).Select(route => route?.Name), names, failures);
    }

    private (string Name, IStageOptions Options)[] Sections =>
    [
        (nameof(Validation), Validation),
        (nameof(Errors), Errors),
        (nameof(Usage), Usage),
        (nameof(Metadata), Metadata),
        (nameof(Coalescing), Coalescing),
        (nameof(Limits), Limits),
        (nameof(Timeout), Timeout),
        (nameof(Recovery), Recovery),
        (nameof(Fallback), Fallback),
        (nameof(Integrity), Integrity),
        (nameof(Provider), Provider),
    ];

    private static T Read<T>(SettingsSection section)
        where T : IStageOptions, new()
    {
        var options = new T();
        options.Read(section);
        return options;
    }

    private static void Validate(IEnumerable<IStageOptions> list, SettingsFailures failures)
    {
        foreach ((int index, IStageOptions options) in list.Index())
        {
            options.Validate(failures.In($"{index}"));
        }
    }

    private static T NotNull<T>(T value) => value ?? throw new ArgumentNullException(nameof(value));
}
