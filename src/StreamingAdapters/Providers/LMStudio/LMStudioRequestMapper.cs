using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.LMStudio;

/// <summary>Messages and options to the body of <c>/chat</c>.</summary>
internal sealed class LMStudioRequestMapper(Uri endpoint, bool? store, int? contextLength, IChatClient client)
{
    private const string BasePath = "/api/v1";
    private const string Path = "/chat";

    private readonly Uri _uri = Of(endpoint, Path);

    /// <summary>The list of models, which stands beside those of its other faces.</summary>
    public Uri Models { get; } = Of(endpoint, "/../../v1/models");

    /// <summary>Maps one call.</summary>
    /// <exception cref="ChatValidationException">A message or an option is what the protocol cannot carry.</exception>
    public ProviderRequest Map(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? modelId, bool isStreaming)
    {
        RequestBody body = RequestBody.Begin(options, client);
        body.Set("model", modelId);
        body.SetStreaming(isStreaming);
        body.Set("system_prompt", LMStudioInput.SystemPrompt(messages, options?.Instructions));
        if (!body.Has("input"))
        {
            body.Set("input", LMStudioInput.Of(messages));
        }

        body.Set("store", store);
        body.Set("context_length", contextLength);
        if (options is not null)
        {
            AddParameters(body, options);
        }

        return new ProviderRequest(_uri, body.ToBytes(), modelId, isStreaming);
    }

    private static Uri Of(Uri endpoint, string path) => ApiAddress.With(ApiAddress.BaseOf(endpoint, BasePath, Path) + path, endpoint);

    private static void AddParameters(RequestBody body, ChatOptions options)
    {
        if (options.ResponseFormat is ChatResponseFormatJson)
        {
            throw LMStudioInput.Refused("no structured output: leave ChatOptions.ResponseFormat out");
        }

        body.Set("previous_response_id", options.ConversationId);
        body.Set("temperature", options.Temperature);
        body.Set("top_p", options.TopP);
        body.Set("top_k", options.TopK);
        body.Set("max_output_tokens", options.MaxOutputTokens);
        body.Set("reasoning", Reasoning(options.Reasoning?.Effort));
        AddProperties(body, options);
    }

    private static void AddProperties(RequestBody body, ChatOptions options)
    {
        // The protocol cannot forbid calls: what must not be called is not named.
        bool isNone = options.ToolMode is NoneChatToolMode;
        JsonArray servers = isNone ? [] : LMStudioInput.Integrations(options);
        foreach ((string name, object value) in RequestBody.ProviderProperties(options))
        {
            JsonNode? node = RequestBody.ToNode(value, $"The additional property '{name}'");
            if (name == "integrations")
            {
                foreach (JsonNode? plugin in node as JsonArray ?? [node])
                {
                    servers.Add(plugin?.DeepClone());
                }
            }
            else
            {
                body.Set(name, node);
            }
        }

        body.Set("integrations", servers.Count > 0 && !isNone ? servers : null);
    }

    private static string? Reasoning(ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.None => "off",
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High or ReasoningEffort.ExtraHigh => "high",
        _ => null,
    };
}
