using ConsoleChat.Arguments;
using Microsoft.Extensions.Configuration;
using StreamingAdapters;

namespace ConsoleChat;

/// <summary>The section <c>Chat</c> of appsettings.json, and over it what the command line says.</summary>
internal sealed class ChatSettings : IDisposable
{
    private const string SectionName = "Chat";

    private readonly ConfigurationRoot _configuration;

    private ChatSettings(IConfigurationRoot configuration) => _configuration = (ConfigurationRoot)configuration;

    public IConfiguration Section => _configuration.GetSection(SectionName);

    /// <summary>The provider that the file names; null when it names none.</summary>
    public string? Provider => Section["Provider:Name"];

    /// <summary>The model that is asked for; null when nobody names one.</summary>
    public string? Model => Section["Provider:Model"];

    /// <summary>Whether the server may choose the model.</summary>
    public bool AllowsNoModel => bool.TryParse(Section["Validation:AllowNoModel"], out bool allows) && allows;

    /// <summary>The mode that is asked for; basic where its name is none.</summary>
    public StreamingMode Mode => Enum.TryParse(Section["Mode"], ignoreCase: true, out StreamingMode mode) ? mode : StreamingMode.Basic;

    /// <exception cref="UsageException">The file is no JSON.</exception>
    public static ChatSettings Load(ChatArguments arguments, ChatTerminal terminal)
    {
        Dictionary<string, string?> overrides = [];
        Override(overrides, "Mode", arguments.Mode?.ToString());
        Override(overrides, "Provider:Model", arguments.Model);
        Override(overrides, "Provider:Endpoint", arguments.Endpoint?.OriginalString);
        try
        {
            // A conversation may last while its settings are edited; a single answer is not worth a watcher.
            bool watches = terminal.IsInputTerminal && terminal.IsOutputTerminal;
            return new ChatSettings(new ConfigurationBuilder()
                .AddJsonFile(terminal.SettingsFile, optional: true, reloadOnChange: watches)
                .AddInMemoryCollection(overrides)
                .Build());
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"The file {terminal.SettingsFile} is no JSON: {e.GetBaseException().Message}");
        }
    }

    public void Dispose() => _configuration.Dispose();

    private static void Override(Dictionary<string, string?> overrides, string key, string? value)
    {
        if (value is not null)
        {
            overrides[$"{SectionName}:{key}"] = value;
        }
    }
}
