namespace StreamingAdapters.Providers;

/// <summary>Where a provider's key comes from: the option, else the environment variable.</summary>
internal static class ApiKeys
{
    /// <summary>The key, or null where neither the option nor the variable has one.</summary>
    public static string? Find(string? option, string? variable) =>
        NotBlank(option) ?? (variable is null ? null : NotBlank(Environment.GetEnvironmentVariable(variable)));

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
