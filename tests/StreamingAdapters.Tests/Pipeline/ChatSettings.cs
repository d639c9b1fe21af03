using Microsoft.Extensions.Configuration;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Configuration in memory whose section <c>Chat</c> a test changes at run time.</summary>
internal sealed class ChatSettings
{
    private readonly IConfigurationRoot _root;

    public ChatSettings(params (string Key, string? Value)[] values)
    {
        _root = new ConfigurationBuilder().AddInMemoryCollection().Build();
        Set(values);
    }

    public IConfiguration Section => _root.GetSection("Chat");

    public IConfiguration Root => _root;

    /// <summary>Sets values under <c>Chat</c> and tells it whoever listens.</summary>
    public void Set(params (string Key, string? Value)[] values)
    {
        foreach ((string key, string? value) in values)
        {
            _root[$"Chat:{key}"] = value;
        }

        _root.Reload();
    }
}
