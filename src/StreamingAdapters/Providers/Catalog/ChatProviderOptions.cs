using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>How to reach a provider of the <see cref="ProviderCatalog"/>: what is left unset comes from there.</summary>
public sealed class ChatProviderOptions : ProviderOptions
{
    /// <summary>Whether a provider may be used of which the address alone is known, and that from one source.</summary>
    /// <value>False by default.</value>
    public bool AllowUnverified { get; set; }
}
