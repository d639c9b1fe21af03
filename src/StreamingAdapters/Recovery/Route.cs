using Microsoft.Extensions.AI;

namespace StreamingAdapters.Recovery;

/// <summary>A route of one stage. Thread-safe.</summary>
internal sealed class Route
{
    private readonly RecoveryRoute _settings;
    private readonly ChatClientMetadata? _metadata;

    private Route(RecoveryRoute settings, ChatClientMetadata? metadata, string name, bool isOnly)
    {
        _settings = settings;
        _metadata = metadata;
        Client = settings.Client!;
        Name = name;
        LogName = isOnly ? settings.Name : name;
    }

    public IChatClient Client { get; }

    /// <summary>The name in circuits and metrics, its own within the stage.</summary>
    public string Name { get; }

    /// <summary>The name in the log; null where it is the only route and was given none.</summary>
    public string? LogName { get; }

    public string? Provider => _metadata?.ProviderName;

    public int? ContextLength => _settings.ContextLength;

    public PrefillStyle Prefill => _settings.Prefill;

    /// <summary>What the client says about itself, with the route's model.</summary>
    public ChatClientMetadata? Metadata => _settings.Model is { } model ? new ChatClientMetadata(_metadata?.ProviderName, _metadata?.ProviderUri, model) : _metadata;

    public string? ModelOf(ChatOptions? options) => _settings.Model ?? options?.ModelId ?? _metadata?.DefaultModelId;

    /// <summary>The routes of a stage in their order. One without a name has its provider's, with its place where that is taken: another account's circuit is not this one's.</summary>
    public static Route[] AllOf(IReadOnlyList<RecoveryRoute> routes)
    {
        HashSet<string> taken = [.. routes.Select(route => route.Name).OfType<string>()];
        return [.. routes.Select((settings, index) =>
        {
            ChatClientMetadata? metadata = settings.Client!.GetService<ChatClientMetadata>();
            return new Route(settings, metadata, settings.Name ?? FreeName(metadata?.ProviderName, index + 1, taken), isOnly: routes.Count == 1);
        })];
    }

    /// <summary>The options for this route: the same instance where it changes nothing.</summary>
    public ChatOptions? OptionsFrom(ChatOptions? options)
    {
        if (_settings is { Model: null, Configure: null })
        {
            return options;
        }

        ChatOptions changed = options?.Clone() ?? new ChatOptions();
        changed.ModelId = _settings.Model ?? changed.ModelId;
        _settings.Configure?.Invoke(changed);
        return changed;
    }

    private static string FreeName(string? provider, int place, HashSet<string> taken)
    {
        string name = provider ?? $"route {place}";
        while (!taken.Add(name))
        {
            name = $"{provider ?? "route"} {place++}";
        }

        return name;
    }
}
