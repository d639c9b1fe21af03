using StreamingAdapters.Recovery;
using StreamingAdapters.Settings;

namespace StreamingAdapters;

/// <summary>A further provider of a configured pipeline, asked when the ones before it fail.</summary>
public sealed class StreamingRouteOptions : IStageOptions
{
    /// <inheritdoc cref="RecoveryRoute.Name"/>
    public string? Name { get; set; }

    /// <summary>The server, and the model to ask it for, whichever the call names.</summary>
    /// <value>No name: needed.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingProviderOptions Provider { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <inheritdoc cref="RecoveryRoute.ContextLength"/>
    public int? ContextLength { get; set; }

    /// <inheritdoc cref="RecoveryRoute.Prefill"/>
    public PrefillStyle Prefill { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Text(nameof(Name), value => Name = value);
        section.Section(nameof(Provider), Provider);
        section.Optional<int>(nameof(ContextLength), value => ContextLength = value);
        section.Member<PrefillStyle>(nameof(Prefill), value => Prefill = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(ContextLength is null or > 0, nameof(ContextLength), ContextLength, "it has to be at least 1; null says that it is not known");
        ((IStageOptions)Provider).Validate(failures.In(nameof(Provider)));
        Provider.ValidateClient(failures.In(nameof(Provider)));
    }

    /// <summary>The route over its provider's client.</summary>
    internal RecoveryRoute ToRoute(Microsoft.Extensions.AI.IChatClient client) =>
        new() { Name = Name, Client = client, Model = Provider.Model, ContextLength = ContextLength, Prefill = Prefill };
}
