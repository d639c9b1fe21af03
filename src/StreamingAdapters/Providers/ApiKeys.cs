namespace StreamingAdapters.Providers;

/// <summary>Where a provider's key comes from: the option, else the environment variable.</summary>
internal static class ApiKeys
{
    /// <summary>The key, or null where neither the option nor the variable has one.</summary>
    public static string? Find(string? option, string? variable) =>
        NotBlank(option) ?? (variable is null ? null : NotBlank(Environment.GetEnvironmentVariable(variable)));

    /// <summary>Whether an address is a provider's own, so that it may see the key of the provider's variable: nobody else's server may.</summary>
    /// <param name="endpoint">Where requests go; null for the provider's own address.</param>
    /// <param name="own">The provider's own address; null, or one of this machine, for a server that runs wherever its owner runs it.</param>
    public static bool IsOwn(Uri? endpoint, Uri? own) =>
        endpoint is null || own is null || own.IsLoopback || (endpoint.IsAbsoluteUri && IsOf(endpoint.Host, own.Host));

    /// <summary>Whether a host is another one, or below it, as the regions of a provider are (<c>eu.api.openai.com</c>).</summary>
    public static bool IsOf(string host, string own) =>
        host.Equals(own, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + own, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a header can carry the key; there being none is no hindrance.</summary>
    public static bool CanBeSent(string? key) => key?.All(character => character is > ' ' and <= '~') is not false;

    /// <summary>What to say when a key is needed and missing.</summary>
    public static string Missing(string provider, string optionsType, string? variable)
    {
        string alternative = variable is null ? "" : $" or the environment variable {variable}";
        return $"'{provider}' needs an API key: set {optionsType}.{nameof(ProviderOptions.ApiKey)}{alternative}.";
    }

    private static string? NotBlank(string? key) => string.IsNullOrWhiteSpace(key) ? null : key.Trim();
}
