using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.Ollama;

/// <summary>Messages and options to the body of <c>/api/chat</c> or <c>/api/generate</c>.</summary>
internal sealed class OllamaRequestMapper(Uri endpoint, TimeSpan? keepAlive, bool rawPrompt, IChatClient client)
{
    // Members of the request itself; anything else a caller adds is a model parameter.
    private static readonly HashSet<string> RequestMembers = new(StringComparer.Ordinal)
    {
        "think", "keep_alive", "format", "logprobs", "top_logprobs", "truncate", "shift", "suffix", "system", "template", "context", "raw", "options",
    };

    private readonly Uri _uri = ApiAddress.With(ApiAddress.BaseOf(endpoint, "") + (rawPrompt ? "/api/generate" : "/api/chat"), endpoint);

    /// <summary>Maps one call.</summary>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public ProviderRequest Map(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? modelId, bool isStreaming)
    {
        RequestBody body = RequestBody.Begin(options, client);
        body.Set("model", modelId);
        if (rawPrompt)
        {
            AddPrompt(body, messages, options);
        }
        else
        {
            body.Set("messages", OllamaJson.Messages(messages, options));
            body.Set("tools", options?.ToolMode is NoneChatToolMode ? null : FunctionTools.ToArray(options?.Tools));
        }

        body.SetStreaming(isStreaming);
        AddOptions(body, options);
        body.Set("raw", rawPrompt ? true : null);
        return new ProviderRequest(_uri, body.ToBytes(), modelId, isStreaming);
    }

    private static void AddPrompt(RequestBody body, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        IEnumerable<string> texts = messages.Select(message => message.Text);
        body.Set("prompt", string.Join('\n', options?.Instructions is { } instructions ? texts.Prepend(instructions) : texts));
        body.Set("images", OllamaJson.Images([.. messages.SelectMany(message => message.Contents)]));
    }

    private void AddOptions(RequestBody body, ChatOptions? options)
    {
        foreach ((string name, object value) in RequestBody.ProviderProperties(options).Where(property => RequestMembers.Contains(property.Key)))
        {
            body.Set(name, RequestBody.ToNode(value, $"The additional property '{name}'"));
        }

        body.Set("format", Format(options?.ResponseFormat));
        body.Set("think", Think(options?.Reasoning));
        body.Set("keep_alive", KeepAlive(keepAlive));
        if (options is not null)
        {
            AddParameters(body.Object("options"), options);
            body.RemoveIfEmpty("options");
        }
    }

    private static void AddParameters(JsonObject? parameters, ChatOptions options)
    {
        RequestBody.Set(parameters, "num_predict", options.MaxOutputTokens);
        RequestBody.Set(parameters, "temperature", options.Temperature);
        RequestBody.Set(parameters, "top_p", options.TopP);
        RequestBody.Set(parameters, "top_k", options.TopK);
        RequestBody.Set(parameters, "seed", options.Seed);
        RequestBody.Set(parameters, "frequency_penalty", options.FrequencyPenalty);
        RequestBody.Set(parameters, "presence_penalty", options.PresencePenalty);
        RequestBody.Set(parameters, "stop", RequestBody.ToArray(options.StopSequences));
        foreach ((string name, object value) in RequestBody.ProviderProperties(options).Where(property => !RequestMembers.Contains(property.Key)))
        {
            RequestBody.Set(parameters, name, RequestBody.ToNode(value, $"The additional property '{name}'"));
        }
    }

    private static JsonNode? Format(ChatResponseFormat? format) => format is ChatResponseFormatJson json
        ? json.Schema is { } schema ? JsonNode.Parse(schema.GetRawText()) : JsonValue.Create("json")
        : null;

    // Models without levels take any of them as true (Ollama, api/types.go, ThinkValue).
    private static JsonNode? Think(ReasoningOptions? reasoning) => reasoning switch
    {
        { Effort: ReasoningEffort.None } => false,
        { Effort: ReasoningEffort.Low } => "low",
        { Effort: ReasoningEffort.Medium } => "medium",
        { Effort: ReasoningEffort.High } => "high",
        { Effort: ReasoningEffort.ExtraHigh } => "max",
        { Output: ReasoningOutput.Summary or ReasoningOutput.Full } => true,
        _ => null,
    };

    /// <summary>How long a model stays loaded, as the server reads it.</summary>
    internal static JsonNode? KeepAlive(TimeSpan? keepAlive) => keepAlive switch
    {
        null => null,
        { } time when time < TimeSpan.Zero => -1,
        { } time => string.Create(CultureInfo.InvariantCulture, $"{(decimal)time.TotalSeconds:0.#######}s"),
    };
}
