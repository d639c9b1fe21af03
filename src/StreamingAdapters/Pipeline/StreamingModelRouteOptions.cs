using Microsoft.Extensions.AI;
using StreamingAdapters.Routing;
using StreamingAdapters.Settings;

namespace StreamingAdapters;

/// <summary>A provider of a configured pipeline that takes the calls it is for, in front of <see cref="StreamingOptions.Provider"/>.</summary>
public sealed class StreamingModelRouteOptions : IStageOptions
{
    /// <summary>The route's name, on the answers (<see cref="Streams.StreamingKeys.Route"/>), in the attempt log, the metrics and the circuits.</summary>
    /// <value>Null by default: the provider's, with the route's place in the order behind it where another route has that.</value>
    public string? Name { get; set; }

    /// <summary>The server, and the model that is asked for where <see cref="Prefixes"/> did not choose the route, whichever the call names.</summary>
    /// <value>No name: needed.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public StreamingProviderOptions Provider { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <inheritdoc cref="ModelRoute.Prefixes"/>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IList<string> Prefixes { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <inheritdoc cref="ModelRoute.StripsPrefix"/>
    public bool StripsPrefix { get; set; }

    /// <inheritdoc cref="ModelRoute.SupportsVision"/>
    public bool SupportsVision { get; set; } = true;

    /// <inheritdoc cref="ModelRoute.SupportsTools"/>
    public bool SupportsTools { get; set; } = true;

    /// <inheritdoc cref="ModelRoute.ContextLength"/>
    public int? ContextLength { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Text(nameof(Name), value => Name = value);
        section.Section(nameof(Provider), Provider);
        section.Texts(nameof(Prefixes), (_, value) => Prefixes.Add(value));
        section.Value<bool>(nameof(StripsPrefix), value => StripsPrefix = value);
        section.Value<bool>(nameof(SupportsVision), value => SupportsVision = value);
        section.Value<bool>(nameof(SupportsTools), value => SupportsTools = value);
        section.Optional<int>(nameof(ContextLength), value => ContextLength = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(ContextLength is null or > 0, nameof(ContextLength), ContextLength, "it has to be at least 1; null means enough for everything");
        foreach ((int index, string prefix) in Prefixes.Index())
        {
            failures.In(nameof(Prefixes)).Require(!string.IsNullOrWhiteSpace(prefix), $"{index}", $"'{prefix}'", "each has to be how the names of models begin; leave the list out for every model");
        }

        failures.Require(!StripsPrefix || Prefixes.Count > 0, nameof(StripsPrefix), StripsPrefix, $"there is nothing to strip without {nameof(Prefixes)}; leave it out");
        ((IStageOptions)Provider).Validate(failures.In(nameof(Provider)));
        Provider.ValidateClient(failures.In(nameof(Provider)));
    }

    /// <summary>The route over a client.</summary>
    internal ModelRoute ToRoute(string name, IChatClient client) => new()
    {
        Name = name,
        Client = client,
        Model = Provider.Model,
        Prefixes = [.. Prefixes],
        StripsPrefix = StripsPrefix,
        SupportsVision = SupportsVision,
        SupportsTools = SupportsTools,
        ContextLength = ContextLength,
    };
}
