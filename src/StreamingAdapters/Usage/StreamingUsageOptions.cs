using Microsoft.Extensions.AI;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Usage;

/// <summary>What the usage stage counts and for whom.</summary>
public sealed class StreamingUsageOptions : IStageOptions
{
    // More than any process talks at once, and still under a gigabyte.
    private const int MostConversations = 1_000_000;

    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(365);

    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether tokens that no provider said are estimated from the bytes of the texts.</summary>
    /// <value>
    /// True by default. When false, no bytes are counted; an answer that was broken off is <see cref="UsageKind.Partial"/> with what the provider said, be it
    /// nothing.
    /// </value>
    public bool Estimate { get; set; } = true;

    /// <summary>Prices by model, for a million tokens; copied when the stage is built.</summary>
    /// <value>
    /// Empty by default: no costs. In configuration <c>Prices:{model}:Input</c>, <c>Output</c>, <c>CachedInput</c> and <c>Reasoning</c>, where a name ends at
    /// its first colon: <c>llama3.2</c> stands for <c>llama3.2:1b</c>.
    /// </value>
    public PriceTable Prices { get; set; } = new();

    /// <summary>How many conversations are kept, the last used ones, when no <see cref="UsageAccumulator"/> is registered.</summary>
    /// <value>10,000 by default; 1 to 1,000,000.</value>
    public int MaxConversations { get; set; } = UsageAccumulator.DefaultMaxConversations;

    /// <summary>How long a conversation is kept after its last answer, when no <see cref="UsageAccumulator"/> is registered.</summary>
    /// <value>One hour by default; at most 365 days.</value>
    public TimeSpan ConversationLifetime { get; set; } = UsageAccumulator.DefaultConversationLifetime;

    /// <summary>Gives a call's conversation; called when the call begins, with its options.</summary>
    /// <value>
    /// Null by default: <see cref="ChatOptions.ConversationId"/>, else the one of the response. What it throws, the call throws. Where it gives null, the
    /// default counts.
    /// </value>
    public Func<ChatOptions?, string?>? ConversationId { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<bool>(nameof(Estimate), value => Estimate = value);
        section.Value<int>(nameof(MaxConversations), value => MaxConversations = value);
        section.Value<TimeSpan>(nameof(ConversationLifetime), value => ConversationLifetime = value);
        section.Named(nameof(Prices), (model, price) => Prices[model] = ReadPrice(price));
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(MaxConversations is >= 1 and <= MostConversations, nameof(MaxConversations), MaxConversations, "it has to be from 1 to 1000000");
        failures.Require(
            ConversationLifetime > TimeSpan.Zero && ConversationLifetime <= LongestLifetime,
            nameof(ConversationLifetime),
            ConversationLifetime,
            "it has to be longer than zero and at most 365 days");
        if (Prices is null)
        {
            failures.Add(nameof(Prices), null, "it has to be a table, which may be empty");
            return;
        }

        foreach (string model in Prices.Models)
        {
            CheckPrice(failures.In(nameof(Prices)).In(model), Prices[model]);
        }
    }

    private static ModelPrice ReadPrice(SettingsSection section)
    {
        var price = new ModelPrice();
        section.Value<decimal>(nameof(ModelPrice.Input), value => price = price with { Input = value });
        section.Value<decimal>(nameof(ModelPrice.Output), value => price = price with { Output = value });
        section.Optional<decimal>(nameof(ModelPrice.CachedInput), value => price = price with { CachedInput = value });
        section.Optional<decimal>(nameof(ModelPrice.Reasoning), value => price = price with { Reasoning = value });
        return price;
    }

    private static void CheckPrice(SettingsFailures failures, ModelPrice price)
    {
        Check(nameof(ModelPrice.Input), price.Input);
        Check(nameof(ModelPrice.Output), price.Output);
        Check(nameof(ModelPrice.CachedInput), price.CachedInput);
        Check(nameof(ModelPrice.Reasoning), price.Reasoning);

        void Check(string name, decimal? value) => failures.Require(value is not < 0, name, value, "it has to be zero or more, for a million tokens");
    }
}
