using StreamingAdapters.Settings;

namespace StreamingAdapters.Recovery;

/// <summary>Whether and how an answer goes on that broke off after text was handed out.</summary>
/// <remarks>
/// The text behind the break is another answer's, and disclosed as such (<see cref="StreamContinuation"/>). Never inside a tool call, a structured output or an answer that has no
/// text yet.
/// </remarks>
public sealed class RecoveryContinuationOptions : IStageOptions
{
    /// <summary>The default of <see cref="Instruction"/>.</summary>
    public const string DefaultInstruction =
        "Your last message was cut off by a technical fault. Continue it exactly where it stopped. Begin by repeating its last characters, without any quotation marks, introduction or "
        + "comment, and go on from there in the same language, style and format. Its last characters are:\n{anchor}";

    /// <summary>Where <see cref="Instruction"/> has the end of the text.</summary>
    public const string AnchorPlaceholder = "{anchor}";

    /// <summary>Whether there is continuation.</summary>
    /// <value>False by default: the answer fails, with its text so far.</value>
    public bool Enabled { get; set; }

    /// <summary>How often one answer may be continued.</summary>
    /// <value>2 by default, which is the most; at least 1.</value>
    public int MaxContinuations { get; set; } = 2;

    /// <summary>What a route without prefill is told, as the user, behind the text so far.</summary>
    /// <value><see cref="DefaultInstruction"/> by default. <see cref="AnchorPlaceholder"/> stands for the text's last 40 characters or so.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Instruction { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = DefaultInstruction;

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<int>(nameof(MaxContinuations), value => MaxContinuations = value);
        section.Text(nameof(Instruction), value => Instruction = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(MaxContinuations is 1 or 2, nameof(MaxContinuations), MaxContinuations, "it has to be 1 or 2");
        failures.Require(
            Instruction.Contains(AnchorPlaceholder, StringComparison.Ordinal), nameof(Instruction), "another text", $"it has to have {AnchorPlaceholder} where the end of the text belongs");
    }

    internal RecoveryContinuationOptions Copy() => (RecoveryContinuationOptions)MemberwiseClone();
}
