using StreamingAdapters;

namespace ConsoleChat.Arguments;

/// <summary>What the command line asks for.</summary>
internal sealed record ChatArguments
{
    /// <summary>The words of the prompt, joined; null when there are none.</summary>
    public string? Prompt { get; init; }

    /// <summary>Whether the prompt (or its end) comes from standard input: <c>-</c>.</summary>
    public bool ReadsInput { get; init; }

    /// <summary>A name of <see cref="ProviderChoice"/>; null when none was given.</summary>
    public string? Provider { get; init; }

    /// <summary>The emulated server that was asked for, by the id behind <c>demo:</c>; null when none was.</summary>
    public string? Demo { get; init; }

    public Uri? Endpoint { get; init; }

    public string? Model { get; init; }

    /// <summary>Null when none was given: the settings decide.</summary>
    public StreamingMode? Mode { get; init; }

    public string? System { get; init; }

    public bool Json { get; init; }

    public bool ShowsHelp { get; init; }

    public bool ListsProviders { get; init; }

    /// <summary>Whether the provider's models are asked for instead of an answer.</summary>
    public bool ListsModels { get; init; }

    /// <summary>Whether the program brings its own server: nobody named another.</summary>
    public bool IsEmulated => Demo is not null || (Provider is null && Endpoint is null);

    public string ProviderName => Provider ?? Demo ?? ProviderChoice.Default;
}
