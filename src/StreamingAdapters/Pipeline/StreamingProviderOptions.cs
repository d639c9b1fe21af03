using StreamingAdapters.Errors;
using StreamingAdapters.Pipeline;
using StreamingAdapters.Providers;
using StreamingAdapters.Settings;

namespace StreamingAdapters;

/// <summary>Which server a configured pipeline talks to.</summary>
public sealed class StreamingProviderOptions : IStageOptions
{
    /// <summary>The provider.</summary>
    /// <value>
    /// Null by default; an id of the <see cref="ProviderCatalog"/> in any case, such as <c>ollama</c>, <c>openai</c>, <c>openai-responses</c>, <c>anthropic</c>,
    /// <c>gemini</c>, <c>lmstudio</c>, <c>openrouter</c>, <c>groq</c>, <c>azure</c>, or <c>openai-compatible</c> for a server of one's own.
    /// </value>
    public string? Name { get; set; }

    /// <inheritdoc cref="ProviderOptions.Endpoint"/>
    public Uri? Endpoint { get; set; }

    /// <inheritdoc cref="ProviderOptions.Model"/>
    public string? Model { get; set; }

    /// <inheritdoc cref="ProviderOptions.ApiKey"/>
    public string? ApiKey { get; set; }

    /// <summary>Several keys, taken in turn in place of <see cref="ApiKey"/>.</summary>
    /// <value>Empty by default. One that is rate-limited, used up or rejected is left alone for the time that <see cref="ApiKeyRotation"/> says.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IList<string> ApiKeys { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>How long one of <see cref="ApiKeys"/> is left alone.</summary>
    /// <value>The defaults of its own.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public ApiKeyRotationOptions ApiKeyRotation { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = new();

    /// <inheritdoc cref="ProviderOptions.ApiKeyProvider"/>
    /// <remarks>Of code alone; no key of configuration sets it.</remarks>
    public IApiKeyProvider? ApiKeyProvider { get; set; }

    /// <inheritdoc cref="ProviderOptions.Headers"/>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IDictionary<string, string> Headers { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The bound on one frame, in bytes.</summary>
    /// <value>Null by default: the provider's own, 4 MiB.</value>
    public int? MaxFrameBytes { get; set; }

    /// <inheritdoc cref="ProviderOptions.RetryDeadConnection"/>
    public bool RetryDeadConnection { get; set; } = true;

    /// <summary>Ollama's <see cref="OllamaOptions.KeepAlive"/>; no other provider knows it.</summary>
    /// <value>Null by default: the server decides.</value>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>Ollama's <see cref="OllamaOptions.RawPrompt"/>; no other provider knows it.</summary>
    /// <value>False by default.</value>
    public bool RawPrompt { get; set; }

    /// <summary>Azure's <see cref="OpenAIOptions.ApiVersion"/>; no other provider knows it.</summary>
    /// <value>Null by default: the versionless API.</value>
    public string? ApiVersion { get; set; }

    /// <summary>Gemini's <see cref="GeminiOptions.Project"/>, for Vertex AI; no other provider knows it.</summary>
    /// <value>Null by default: the Gemini API. With a project, <see cref="Endpoint"/> is Vertex AI's by default, and <see cref="ApiKey"/> an access token.</value>
    public string? Project { get; set; }

    /// <summary>Gemini's <see cref="GeminiOptions.Location"/>, of <see cref="Project"/>; no other provider knows it.</summary>
    /// <value>Null by default: <c>global</c>.</value>
    public string? Location { get; set; }

    /// <summary>Anthropic's <see cref="AnthropicOptions.Betas"/>; no other provider knows them.</summary>
    /// <value>Empty by default.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IList<string> Betas { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>Anthropic's <see cref="AnthropicOptions.MaxOutputTokens"/>; no other provider needs a bound.</summary>
    /// <value>In tokens; null by default: 8,192.</value>
    public int? MaxOutputTokens { get; set; }

    /// <summary><see cref="AnthropicOptions.UsesThinkingBudgets"/> of Anthropic and <see cref="GeminiOptions.UsesThinkingBudgets"/> of Gemini; no other provider knows it.</summary>
    /// <value>Null by default: as each of them says.</value>
    public bool? UsesThinkingBudgets { get; set; }

    /// <summary><see cref="OpenAIResponsesOptions.Store"/> of Responses and <see cref="LMStudioOptions.Store"/> of LM Studio's own API; no other provider knows it.</summary>
    /// <value>Null by default: the server decides.</value>
    public bool? Store { get; set; }

    /// <summary><see cref="LMStudioOptions.ContextLength"/> of LM Studio's own API; no other provider knows it.</summary>
    /// <value>In tokens; null by default: the server decides.</value>
    public int? ContextLength { get; set; }

    /// <inheritdoc cref="ChatProviderOptions.AllowUnverified"/>
    public bool AllowUnverified { get; set; }

    // What is said for some protocols alone, where it is set.
    private (string Key, object? Value, bool IsKnown, string Who)[] OwnKeys =>
    [
        (nameof(KeepAlive), KeepAlive, ProviderNames.IsOllama(Name!), "Ollama alone does"),
        (nameof(RawPrompt), RawPrompt ? true : null, ProviderNames.IsOllama(Name!), "Ollama alone does"),
        (nameof(ApiVersion), ApiVersion, ProviderNames.IsAzure(Name!), "Azure OpenAI alone does"),
        (nameof(Project), Project, ProviderNames.Speaks(Name!, ChatProtocol.Gemini), "Gemini alone does"),
        (nameof(Location), Location, ProviderNames.Speaks(Name!, ChatProtocol.Gemini), "Gemini alone does"),
        (nameof(Betas), Betas.Count > 0 ? "set" : null, ProviderNames.Speaks(Name!, ChatProtocol.Anthropic), "Anthropic alone does"),
        (nameof(MaxOutputTokens), MaxOutputTokens, ProviderNames.Speaks(Name!, ChatProtocol.Anthropic), "Anthropic alone does"),
        (nameof(UsesThinkingBudgets), UsesThinkingBudgets, ProviderNames.Speaks(Name!, ChatProtocol.Anthropic, ChatProtocol.Gemini), "Anthropic and Gemini alone do"),
        (nameof(Store), Store, ProviderNames.Speaks(Name!, ChatProtocol.OpenAIResponses, ChatProtocol.LMStudio), "Responses and LM Studio's own API alone do"),
        (nameof(ContextLength), ContextLength, ProviderNames.Speaks(Name!, ChatProtocol.LMStudio), "LM Studio's own API alone does"),
    ];

    private int WaysToAKey => (ApiKey is null ? 0 : 1) + (ApiKeys.Count == 0 ? 0 : 1) + (ApiKeyProvider is null ? 0 : 1);

    void IStageOptions.Read(SettingsSection section)
    {
        section.Text(nameof(Name), value => Name = value);
        section.Address(nameof(Endpoint), value => Endpoint = value);
        section.Text(nameof(Model), value => Model = value);
        section.Text(nameof(ApiKey), value => ApiKey = value);
        section.Texts(nameof(ApiKeys), (_, value) => ApiKeys.Add(value));
        section.Section(nameof(ApiKeyRotation), ApiKeyRotation);
        section.Texts(nameof(Headers), (name, value) => Headers[name] = value);
        section.Optional<int>(nameof(MaxFrameBytes), value => MaxFrameBytes = value);
        section.Value<bool>(nameof(RetryDeadConnection), value => RetryDeadConnection = value);
        section.Optional<TimeSpan>(nameof(KeepAlive), value => KeepAlive = value);
        section.Value<bool>(nameof(RawPrompt), value => RawPrompt = value);
        section.Text(nameof(ApiVersion), value => ApiVersion = value);
        section.Text(nameof(Project), value => Project = value);
        section.Text(nameof(Location), value => Location = value);
        section.Texts(nameof(Betas), (_, value) => Betas.Add(value));
        section.Optional<int>(nameof(MaxOutputTokens), value => MaxOutputTokens = value);
        section.Optional<bool>(nameof(UsesThinkingBudgets), value => UsesThinkingBudgets = value);
        section.Optional<bool>(nameof(Store), value => Store = value);
        section.Optional<int>(nameof(ContextLength), value => ContextLength = value);
        section.Value<bool>(nameof(AllowUnverified), value => AllowUnverified = value);
    }

    void IStageOptions.Validate(SettingsFailures failures)
    {
        failures.Require(Name is null || ProviderNames.Knows(Name), nameof(Name), $"'{Name}'", Name is null ? ProviderNames.Rule : ProviderNames.RuleFor(Name));
        failures.Require(MaxFrameBytes is null or > 0, nameof(MaxFrameBytes), MaxFrameBytes, "it has to be at least 1; null leaves the provider's own");
        failures.Require(MaxOutputTokens is null or > 0, nameof(MaxOutputTokens), MaxOutputTokens, "it has to be at least 1; null is 8,192");
        failures.Require(ContextLength is null or > 0, nameof(ContextLength), ContextLength, "it has to be at least 1; null leaves it to the server");
        failures.Require(WaysToAKey <= 1, nameof(ApiKeys), "set", $"{nameof(ApiKey)}, {nameof(ApiKeys)} and {nameof(ApiKeyProvider)} exclude each other; keep one of them");
        for (int index = 0; index < ApiKeys.Count; index++)
        {
            bool isThere = !string.IsNullOrWhiteSpace(ApiKeys[index]);
            failures.Require(isThere, $"{nameof(ApiKeys)}:{index}", "empty", "it has to be a key; leave it out");
            failures.Require(!isThere || Providers.ApiKeys.CanBeSent(ApiKeys[index].Trim()), $"{nameof(ApiKeys)}:{index}", "set", "it holds characters that no header can carry; copy it again");
        }

        ((IStageOptions)ApiKeyRotation).Validate(failures.In(nameof(ApiKeyRotation)));
        if (Name is null || !ProviderNames.Knows(Name))
        {
            return;
        }

        failures.Require(AllowUnverified || ProviderNames.IsVerified(Name), nameof(Name), $"'{Name}'", $"of this provider the address alone is known, and that from one source; {nameof(AllowUnverified)} uses it all the same");
        foreach ((string key, object? value, bool isKnown, string who) in OwnKeys)
        {
            failures.Require(value is null || isKnown, key, value, $"'{Name}' does not know it, {who}; leave it out");
        }
    }

    /// <summary>Reports whatever keeps the client from being made: no name, no key, no address.</summary>
    internal void ValidateClient(SettingsFailures failures) => ValidateMade(failures, () => ProviderNames.CreateClient(this, TimeProvider.System));

    /// <summary>Reports whatever keeps the generator of embeddings from being made, and what it would have no use for.</summary>
    internal void ValidateGenerator(SettingsFailures failures)
    {
        const string Rule = "embeddings do not know it, chats alone do; leave it out";
        failures.Require(MaxFrameBytes is null, nameof(MaxFrameBytes), MaxFrameBytes, Rule);
        foreach ((string key, object? value, bool isKnown, _) in Name is null ? [] : OwnKeys)
        {
            failures.Require(value is null || !isKnown || key is nameof(KeepAlive) or nameof(ApiVersion), key, value, Rule);
        }

        ValidateMade(failures, () => ProviderNames.CreateGenerator(this, TimeProvider.System));
    }

    /// <summary>Whether a client that was made by these options need not be made anew by the others.</summary>
    internal bool MeansTheSameAs(StreamingProviderOptions other) =>
        string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase)
        && Endpoint == other.Endpoint
        && Model == other.Model
        && ApiKey == other.ApiKey
        && ApiKeys.SequenceEqual(other.ApiKeys, StringComparer.Ordinal)
        && ApiKeyRotation.MeansTheSameAs(other.ApiKeyRotation)
        && ReferenceEquals(ApiKeyProvider, other.ApiKeyProvider)
        && Headers.Count == other.Headers.Count
        && Headers.All(header => other.Headers.TryGetValue(header.Key, out string? value) && value == header.Value)
        && MaxFrameBytes == other.MaxFrameBytes
        && RetryDeadConnection == other.RetryDeadConnection
        && KeepAlive == other.KeepAlive
        && RawPrompt == other.RawPrompt
        && ApiVersion == other.ApiVersion
        && Project == other.Project
        && Location == other.Location
        && Betas.SequenceEqual(other.Betas, StringComparer.Ordinal)
        && MaxOutputTokens == other.MaxOutputTokens
        && UsesThinkingBudgets == other.UsesThinkingBudgets
        && Store == other.Store
        && ContextLength == other.ContextLength
        && AllowUnverified == other.AllowUnverified;

    private void ValidateMade(SettingsFailures failures, Func<IDisposable> make)
    {
        if (Name is null)
        {
            failures.Add(nameof(Name), Name, ProviderNames.Rule);
            return;
        }

        var reported = new SettingsFailures("");
        ((IStageOptions)this).Validate(reported);
        if (reported.All.Count > 0)
        {
            return;
        }

        try
        {
            make().Dispose();
        }
        catch (ChatValidationException e)
        {
            foreach (string failure in e.Failures)
            {
                failures.Add(ProviderNames.ByKeys(failure, failures));
            }
        }
    }
}
