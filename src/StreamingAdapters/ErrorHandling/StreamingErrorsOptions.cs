using StreamingAdapters.Errors;
using StreamingAdapters.Settings;

namespace StreamingAdapters.ErrorHandling;

/// <summary>What the errors stage keeps and maps.</summary>
public sealed class StreamingErrorsOptions : IStageOptions
{
    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether the text of an answer is kept while it streams, for <see cref="ChatAdapterException.Partial"/>.</summary>
    /// <value>True by default, at two bytes a character in a pooled buffer; with false nothing is buffered and nothing filled in.</value>
    public bool KeepPartial { get; set; } = true;

    /// <summary>The application's own mapping, asked before the stage's.</summary>
    /// <value>
    /// Null by default. It gets what was thrown, unless that is of the family already or the caller's cancellation, and says what to throw instead: the same
    /// instance lets it pass, null leaves it to the stage.
    /// </value>
    /// <remarks>Only in code. For example <c>e => e is BillingException ? e : null</c> for a tool whose exceptions look like a transport's.</remarks>
    public Func<Exception, Exception?>? Map { get; set; }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<bool>(nameof(KeepPartial), value => KeepPartial = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        // Every value is in range.
    }
}
