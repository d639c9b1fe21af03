using Microsoft.Extensions.AI;

namespace StreamingAdapters.Usage;

/// <summary>Prices by model: <c>new PriceTable { ["gpt-5"] = new() { Input = 1.25m, Output = 10m } }</c>.</summary>
/// <remarks>
/// The names are in any case. A model that has no entry of its own has the price of the longest entry that its name begins with, so that <c>gpt-5</c> also is
/// the price of <c>gpt-5-2025-08-07</c>; give <c>gpt-5-mini</c> an entry of its own. Fill it before it is used; then it may be read by many threads.
/// </remarks>
public sealed class PriceTable
{
    private const decimal Million = 1_000_000m;

    private readonly Dictionary<string, ModelPrice> _prices = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The models that have an entry.</summary>
    public IReadOnlyCollection<string> Models => _prices.Keys;

    /// <summary>The entry of a model.</summary>
    /// <param name="model">The model's name, or what it begins with.</param>
    /// <returns>The price.</returns>
    /// <exception cref="ArgumentException"><paramref name="model"/> is null or empty.</exception>
    /// <exception cref="ArgumentNullException">The price is null.</exception>
    /// <exception cref="KeyNotFoundException">There is no entry of this very name.</exception>
    public ModelPrice this[string model]
    {
        get
        {
            ArgumentException.ThrowIfNullOrEmpty(model);
            return _prices[model];
        }

        set
        {
            ArgumentException.ThrowIfNullOrEmpty(model);
            ArgumentNullException.ThrowIfNull(value);
            _prices[model] = value;
        }
    }

    /// <summary>The price of a model: of its own entry, else of the longest one that its name begins with.</summary>
    /// <param name="model">The model's name; null has no price.</param>
    /// <returns>The price; null when no entry fits.</returns>
    public ModelPrice? Find(string? model) => model is null ? null : _prices.GetValueOrDefault(model) ?? _prices
        .Where(entry => model.StartsWith(entry.Key, StringComparison.OrdinalIgnoreCase))
        .OrderByDescending(entry => entry.Key.Length)
        .FirstOrDefault().Value;

    /// <summary>What tokens of a model cost.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="usage">The tokens. Cached input and reasoning are billed once, at their own price, whether they are counted inside input and output or beside them.</param>
    /// <returns>The cost in the currency of the prices; null when the model has no price.</returns>
    /// <remarks>Writing to a provider's cache is billed as input: <see cref="UsageDetails"/> has no number for it.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="usage"/> is null.</exception>
    public decimal? Cost(string? model, UsageDetails usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        if (Find(model) is not { } price)
        {
            return null;
        }

        TokenCounts tokens = TokenCounts.Of(usage);
        return ((tokens.Input * price.Input)
            + (tokens.CachedInput * (price.CachedInput ?? price.Input))
            + (tokens.Output * price.Output)
            + (tokens.Reasoning * (price.Reasoning ?? price.Output))) / Million;
    }

    internal PriceTable Copy()
    {
        var copy = new PriceTable();
        foreach ((string model, ModelPrice price) in _prices)
        {
            copy[model] = price;
        }

        return copy;
    }
}
