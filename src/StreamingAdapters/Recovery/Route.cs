using Microsoft.Extensions.AI;

namespace StreamingAdapters.Recovery;

/// <summary>A route of one stage. Thread-safe.</summary>
internal sealed class Route
{
    private readonly RecoveryRoute _settings;
    private readonly ChatClientMetadata? _metadata;

    /// <param name="index">Its place in the order.</param>
    /// <param name="settings">What is said about it.</param>
    /// <param name="client">What is called.</param>
    /// <param name="isOnly">Whether there is no other: then the log needs no name.</param>
    public Route(int index, RecoveryRoute settings, IChatClient client, bool isOnly)
    {
        _settings = settings;
        _metadata = client.GetService<ChatClientMetadata>();
        Index = index;
        Client = client;
        Name = settings.Name ?? _metadata?.ProviderName ?? $"route {index + 1}";
        LogName = isOnly ? settings.Name : Name;
    }

    public int Index { get; }

    public IChatClient Client { get; }

    /// <summary>The name in circuits and metrics; two routes over one provider share it, and its circuits by model.</summary>
    public string Name { get; }

    public string? LogName { get; }

    public string? Provider => _metadata?.ProviderName;

    public int? ContextLength => _settings.ContextLength;

    public PrefillStyle Prefill => _settings.Prefill;

    /// <summary>What the client says about itself, with the route's model.</summary>
    public ChatClientMetadata? Metadata => _settings.Model is { } model ? new ChatClientMetadata(_metadata?.ProviderName, _metadata?.ProviderUri, model) : _metadata;

    public string? ModelOf(ChatOptions? options) => _settings.Model ?? options?.ModelId ?? _metadata?.DefaultModelId;

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
}
