using StreamingAdapters.Settings;

namespace StreamingAdapters.Integrity;

/// <summary>What the integrity stage asks of answers.</summary>
public sealed class StreamingIntegrityOptions : IStageOptions
{
    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether an answer that ends without a finish reason fails, as one that was cut.</summary>
    /// <value>True by default; false for a client that never gives one.</value>
    /// <remarks>
    /// A response that was asked for whole and has a <c>RawRepresentation</c> needs none: it was parsed from one body. The client of Microsoft.Extensions.AI.OpenAI for
    /// Responses streams an answer that reached its token limit without a finish reason, which cannot be told from a cut one.
    /// </remarks>
    public bool RequireFinishReason { get; set; } = true;

    /// <summary>Whether an answer fails that ends without any content and without a reason for that.</summary>
    /// <value>True by default; false for a model that is asked to act and may have nothing to say.</value>
    public bool RequireContent { get; set; } = true;

    /// <summary>Whether updates are annotated whose ids or role differ from those before, or that bring content after the finish reason.</summary>
    /// <value>True by default.</value>
    public bool Annotate { get; set; } = true;

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<bool>(nameof(RequireFinishReason), value => RequireFinishReason = value);
        section.Value<bool>(nameof(RequireContent), value => RequireContent = value);
        section.Value<bool>(nameof(Annotate), value => Annotate = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        // Flags have no range.
    }
}
