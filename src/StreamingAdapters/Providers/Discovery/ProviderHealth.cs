using StreamingAdapters.Errors;

namespace StreamingAdapters;

/// <summary>What a check of a provider found.</summary>
public sealed record ProviderHealth
{
    /// <summary>Whether the server answered, if only with an error.</summary>
    public bool IsReachable { get; init; }

    /// <summary>Whether the server has the model.</summary>
    /// <value>
    /// Null where no model was looked for, the list could not be read, or it does not have the name but the server may answer for it all the same: a deployment of Azure, an alias of
    /// Anthropic (without a date), a name with a suffix (OpenRouter's <c>:online</c>), any name at llama.cpp and at servers that are not known here.
    /// </value>
    public bool? HasModel { get; init; }

    /// <summary>Whether the model is in memory, so that its first answer comes at once.</summary>
    /// <value>Null where the server does not tell: Ollama and LM Studio do.</value>
    public bool? IsLoaded { get; init; }

    /// <summary>How long the check took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What went wrong; null for nothing.</summary>
    public ChatAdapterException? Failure { get; init; }

    /// <summary>Whether nothing speaks against a call: the server answered without an error, and does not lack the model that was looked for.</summary>
    public bool IsHealthy => IsReachable && Failure is null && HasModel is not false;
}
