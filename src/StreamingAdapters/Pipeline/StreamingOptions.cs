using Microsoft.Extensions.AI;
using StreamingAdapters.Settings;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters;

/// <summary>What a configured pipeline consists of: the root of its section of configuration.</summary>
/// <remarks>
/// <para>The order of the stages, outermost first, whatever the order in which they are configured:</para>
/// <list type="number">
/// <item><description>per answer: <see cref="Timeout"/>.</description></item>
/// </list>
/// <para>An unknown key in the section and a value out of its range are failures; all are reported at once, each with its full path.</para>
/// </remarks>
public sealed class StreamingOptions : IStageOptions
{
    /// <summary>How much the pipeline adds.</summary>
    /// <value><see cref="StreamingMode.Basic"/> by default.</value>
    public StreamingMode Mode { get; set; }

    /// <summary>The clocks.</summary>
    /// <value>The stage's defaults.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingTimeoutOptions Timeout { get; set => field = NotNull(value); } = new();

    /// <summary>The server, where the pipeline makes its provider's client itself.</summary>
    /// <value>No name: needed by <c>AddStreamingChatClient</c> without a factory, checked but not used elsewhere.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingProviderOptions Provider { get; set => field = NotNull(value); } = new();

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
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(Enum.IsDefined(Mode), nameof(Mode), Mode, "it has to be Basic or Enhanced");
        foreach ((string name, IStageOptions options) in Sections)
        {
            options.Validate(failures.In(name));
        }
    }

    private (string Name, IStageOptions Options)[] Sections =>
    [
        (nameof(Timeout), Timeout),
        (nameof(Provider), Provider),
    ];

    private static T NotNull<T>(T value) => value ?? throw new ArgumentNullException(nameof(value));
}
