namespace StreamingAdapters;

/// <summary>One line of the <see cref="ProviderCatalog"/>: what has to be known of a provider to talk to it.</summary>
public sealed record ProviderEntry
{
    /// <summary>The id, for <see cref="ChatProviderFactory"/> and for configuration.</summary>
    public required string Id { get; init; }

    /// <summary>The name that people know.</summary>
    public required string Name { get; init; }

    /// <summary>What it speaks.</summary>
    public required ChatProtocol Protocol { get; init; }

    /// <summary>The API's base; null where it is one's own to give.</summary>
    /// <value>May hold names of environment variables, <c>https://${ACCOUNT}.example</c>, which are filled in when a client is made.</value>
    public string? BaseAddress { get; init; }

    /// <summary>The environment variables that <see cref="BaseAddress"/> is made of; empty where it needs none.</summary>
    public IReadOnlyList<string> AddressVariables => [.. (BaseAddress ?? "").Split("${").Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)])];

    /// <summary>The environment variables of its key, the first that is set counts; empty where it needs none.</summary>
    public IReadOnlyList<string> KeyVariables { get; init; } = [];

    /// <summary>Other ids of the same provider.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether it runs on one's own machine, and so without a key.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether more than its address is known from sources: then it is used without being asked for as unverified.</summary>
    public bool IsVerified { get; init; }

    /// <summary>How it deviates from chat completions; null for other protocols.</summary>
    public OpenAIDialect? Dialect { get; init; }
}
