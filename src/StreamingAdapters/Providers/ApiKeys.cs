
namespace StreamingAdapters.Providers;

/// <summary>Where a provider's key comes from: the option, else the environment variable.</summary>
internal static class ApiKeys
{
    /// <summary>The key, or null where neither the option nor the variable has one.</summary>
    public static string? Find(string? option, string? variable) =>
        !string.IsNullOrWhiteSpace(option) ? option.Trim()
        : variable is not null && Environment.GetEnvironmentVariable(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim()
        : null;

    /// <summary>What to say when a key is needed and missing.</summary>
    public static string Missing(string provider, string optionsType, string variable) =>
        $"'{provider}' needs an API key: set {optionsType}.{nameof(ProviderOptions.ApiKey)} or the environment variable {variable}.";
}
