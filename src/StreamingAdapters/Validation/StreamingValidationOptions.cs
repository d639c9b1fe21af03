using StreamingAdapters.Settings;

namespace StreamingAdapters.Validation;

/// <summary>What the validation stage lets through; whatever no provider could answer is always refused.</summary>
public sealed class StreamingValidationOptions : IStageOptions
{
    private const string LimitRule = "it has to be at least 1; null switches the limit off";

    /// <summary>Whether a configured pipeline has this stage.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether a request passes that names no model, to a client that has no default one.</summary>
    /// <value>False by default; true for a server that answers with whatever it has loaded.</value>
    /// <remarks>Clients that say nothing about themselves (no <c>ChatClientMetadata</c>), raw requests and continuations are never asked for a model.</remarks>
    public bool AllowNoModel { get; set; }

    /// <summary>Whether a request passes that has no messages.</summary>
    /// <value>False by default; true for example to have Ollama load a model. A continuation needs no messages.</value>
    public bool AllowNoMessages { get; set; }

    /// <summary>Whether messages pass that have no content, or empty text alone.</summary>
    /// <value>False by default: some providers refuse them, others answer as if something had been asked.</value>
    public bool AllowEmptyMessages { get; set; }

    /// <summary>Whether tool results pass that follow no call, and calls that only some of their results follow.</summary>
    /// <value>False by default; true where a server keeps the conversation in a way that <c>ChatOptions.ConversationId</c> does not say.</value>
    /// <remarks>
    /// Never looked at with a <c>ConversationId</c>, since the call may be on the server. Calls at the very end without any result pass: somebody inside may run them.
    /// </remarks>
    public bool AllowAnyToolOrder { get; set; }

    /// <summary>Whether options pass that hosted providers refuse, such as a temperature of 3, or -1 for output without a limit.</summary>
    /// <value>False by default; true for local servers, which take more. A value that is not a finite number never passes.</value>
    public bool AllowAnyOptionValues { get; set; }

    /// <summary>The most messages of a request.</summary>
    /// <value>Null by default, no limit: what a model takes is counted in tokens.</value>
    public int? MaxMessages { get; set; }

    /// <summary>The most characters (UTF-16) of a request's text: instructions, texts, reasoning and the results of tools that are text.</summary>
    /// <value>Null by default, no limit: what a character costs depends on the model and the language.</value>
    public long? MaxCharacters { get; set; }

    /// <summary>The most tools of a request; 0 for none at all.</summary>
    /// <value>Null by default, no limit.</value>
    public int? MaxTools { get; set; }

    /// <summary>The characters, counted as for <see cref="MaxCharacters"/>, above which a request is sent and warned of in the log.</summary>
    /// <value>Null by default, no warning.</value>
    /// <remarks>
    /// For servers that shorten instead of failing: Ollama's <c>/api/chat</c> leaves the oldest messages out when the conversation is longer than the model's context
    /// (<c>num_ctx</c>), and says nothing. A token of English text is about four characters.
    /// </remarks>
    public long? WarnCharacters { get; set; }

    /// <summary>The media types of contents that the model does not take: <c>image/*</c>, <c>application/pdf</c>, or <c>*/*</c> for everything but text.</summary>
    /// <value>Empty by default: providers know what their protocol carries, and refuse the rest themselves.</value>
    public IList<string> UnsupportedContents { get; } = [];

    /// <summary>The options as they stand, for a stage that must not see them change.</summary>
    internal StreamingValidationOptions Copy()
    {
        var copy = new StreamingValidationOptions
        {
            Enabled = Enabled,
            AllowNoModel = AllowNoModel,
            AllowNoMessages = AllowNoMessages,
            AllowEmptyMessages = AllowEmptyMessages,
            AllowAnyToolOrder = AllowAnyToolOrder,
            AllowAnyOptionValues = AllowAnyOptionValues,
            MaxMessages = MaxMessages,
            MaxCharacters = MaxCharacters,
            MaxTools = MaxTools,
            WarnCharacters = WarnCharacters,
        };
        foreach (string mediaType in UnsupportedContents)
        {
            copy.UnsupportedContents.Add(mediaType);
        }

        return copy;
    }

    void IStageOptions.Read(SettingsSection section)
    {
        section.Value<bool>(nameof(Enabled), value => Enabled = value);
        section.Value<bool>(nameof(AllowNoModel), value => AllowNoModel = value);
        section.Value<bool>(nameof(AllowNoMessages), value => AllowNoMessages = value);
        section.Value<bool>(nameof(AllowEmptyMessages), value => AllowEmptyMessages = value);
        section.Value<bool>(nameof(AllowAnyToolOrder), value => AllowAnyToolOrder = value);
        section.Value<bool>(nameof(AllowAnyOptionValues), value => AllowAnyOptionValues = value);
        section.Optional<int>(nameof(MaxMessages), value => MaxMessages = value);
        section.Optional<long>(nameof(MaxCharacters), value => MaxCharacters = value);
        section.Optional<int>(nameof(MaxTools), value => MaxTools = value);
        section.Optional<long>(nameof(WarnCharacters), value => WarnCharacters = value);
        section.Texts(nameof(UnsupportedContents), (_, mediaType) => UnsupportedContents.Add(mediaType));
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(MaxMessages is not < 1, nameof(MaxMessages), MaxMessages, LimitRule);
        failures.Require(MaxCharacters is not < 1, nameof(MaxCharacters), MaxCharacters, LimitRule);
        failures.Require(MaxTools is not < 0, nameof(MaxTools), MaxTools, "it has to be at least 0; null switches the limit off");
        failures.Require(WarnCharacters is not < 1, nameof(WarnCharacters), WarnCharacters, "it has to be at least 1; null switches the warning off");
        for (int index = 0; index < UnsupportedContents.Count; index++)
        {
            string mediaType = UnsupportedContents[index];
            failures.In(nameof(UnsupportedContents)).Require(
                MediaTypes.IsPattern(mediaType), $"{index}", $"'{mediaType}'", "it has to be a media type such as application/pdf, image/* or */*");
        }
    }
}
