using StreamingAdapters.Providers.Catalog;

namespace StreamingAdapters;

/// <summary>The providers that are known by an id, as data: where they are, what they speak and which environment variable holds their key.</summary>
/// <remarks>
/// Facts from public registries and the providers' own documentation. Of an unverified entry the address alone is known, from one source; it is used where
/// <see cref="ChatProviderOptions.AllowUnverified"/> says so.
/// </remarks>
public static class ProviderCatalog
{
    private static readonly Dictionary<string, ProviderEntry> ById = Index();

    /// <summary>Every provider, verified or not, by id.</summary>
    public static IReadOnlyList<ProviderEntry> All { get; } = [.. CatalogReader.Entries];

    /// <summary>The provider with an id, or an alias, in any case; null when there is none.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public static ProviderEntry? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return ById.GetValueOrDefault(id);
    }

    /// <summary>The ids and aliases that look like one that is not known, the nearest first.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public static IReadOnlyList<string> Near(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return NearNames.Of(id, ById.Keys);
    }

    private static Dictionary<string, ProviderEntry> Index()
    {
        var byId = new Dictionary<string, ProviderEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (ProviderEntry entry in CatalogReader.Entries)
        {
            foreach (string id in entry.Aliases.Prepend(entry.Id))
            {
                byId.Add(id, entry);
            }
        }

        return byId;
    }
}
