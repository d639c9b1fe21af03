using Microsoft.Extensions.AI;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Recovery;

/// <summary>One way to an answer: a client, and what is different for it.</summary>
public sealed class RecoveryRoute : IStageOptions
{
    /// <summary>The name, in the attempt log, the metrics and the circuits.</summary>
    /// <value>Null by default: the provider's name, with the route's place in the order behind it where another route has that.</value>
    public string? Name { get; set; }

    /// <summary>The client to ask.</summary>
    /// <value>Null for the primary route, which is the stage's inner client; needed by every other route. The stage does not dispose it.</value>
    public IChatClient? Client { get; set; }

    /// <summary>The model to ask this route for, whichever the call names.</summary>
    /// <value>Null by default: the call's own, else the client's default.</value>
    public string? Model { get; set; }

    /// <summary>Changes the options for this route, on a copy; <see cref="Model"/> stands in it already.</summary>
    /// <value>Null by default: nothing.</value>
    public Action<ChatOptions>? Configure { get; set; }

    /// <summary>The tokens that the route's model takes, for <see cref="FailoverRule.LargerContext"/>.</summary>
    /// <value>Null by default, not known: such a route is not asked when a conversation was too long for another.</value>
    public int? ContextLength { get; set; }

    /// <summary>How the route is asked to go on from a text.</summary>
    /// <value><see cref="PrefillStyle.None"/> by default: by instruction.</value>
    public PrefillStyle Prefill { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Text(nameof(Name), value => Name = value);
        section.Text(nameof(Model), value => Model = value);
        section.Optional<int>(nameof(ContextLength), value => ContextLength = value);
        section.Member<PrefillStyle>(nameof(Prefill), value => Prefill = value);
    }

    void IStageOptions.Validate(SettingsFailures failures) =>
        failures.Require(ContextLength is null or > 0, nameof(ContextLength), ContextLength, "it has to be at least 1; null says that it is not known");

    internal RecoveryRoute Copy() => (RecoveryRoute)MemberwiseClone();

    /// <summary>The same route over another client.</summary>
    internal RecoveryRoute Over(IChatClient client)
    {
        RecoveryRoute route = Copy();
        route.Client = client;
        return route;
    }
}
