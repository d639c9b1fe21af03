using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>Messages and options to the body of <c>/chat/completions</c>.</summary>
internal sealed class OpenAIRequestMapper(Uri endpoint, string? apiVersion, OpenAIDialect dialect, IChatClient client)
{
    private readonly OpenAIAddress _address = new(endpoint, apiVersion, dialect);

    // One for all calls: each open stream keeps its request, and so its address.
    private readonly Uri? _uri = apiVersion is null ? new OpenAIAddress(endpoint, apiVersion, dialect).Of(OpenAIAddress.Chat, modelId: null) : null;

    /// <summary>Maps one call.</summary>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public ProviderRequest Map(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? modelId, bool isStreaming)
    {
        RequestBody body = RequestBody.Begin(options, client);
        body.Set("model", modelId);
        body.SetStreaming(isStreaming);
        body.Set("messages", OpenAIJson.Messages(messages, options?.Instructions, dialect.ReasoningHistory));
        if (options is not null)
        {
            AddTools(body, options);
            AddParameters(body, options);
            AddReasoning(body, options.Reasoning);
        }

        SetStreamOptions(body);
        return new ProviderRequest(_uri ?? _address.Of(OpenAIAddress.Chat, modelId), body.ToBytes(), modelId, isStreaming);
    }

    private void SetStreamOptions(RequestBody body)
    {
        if (!body.IsTrue("stream"))
        {
            // Without streaming they are an error.
            body.Remove("stream_options");
        }
        else if (dialect.SendsStreamOptions)
        {
            body.Set("stream_options", new JsonObject { ["include_usage"] = true });
        }
    }

    private static void AddTools(RequestBody body, ChatOptions options)
    {
        if (FunctionTools.ToArray(options.Tools) is not { } tools)
        {
            return;
        }

        body.Set("tools", tools);
        body.Set("parallel_tool_calls", options.AllowMultipleToolCalls);
        body.Set("tool_choice", options.ToolMode switch
        {
            null => null,
            NoneChatToolMode => "none",
            RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name } },
            RequiredChatToolMode => "required",
            _ => "auto",
        });
    }

    private void AddParameters(RequestBody body, ChatOptions options)
    {
        if (!HasLimit(body))
        {
            body.Set(dialect.MaxTokensName, options.MaxOutputTokens);
        }

        body.Set("temperature", options.Temperature);
        body.Set("top_p", options.TopP);
        body.Set("top_k", dialect.SupportsTopK ? options.TopK : null);
        body.Set("frequency_penalty", options.FrequencyPenalty);
        body.Set("presence_penalty", options.PresencePenalty);
        body.Set("seed", options.Seed);
        body.Set("stop", RequestBody.ToArray(options.StopSequences));
        body.Set("response_format", Format(options.ResponseFormat));
        foreach ((string name, object value) in RequestBody.ProviderProperties(options))
        {
            // "strict" speaks of the response's schema, not of the request; Format reads it. Of the two names of the limit one may be sent.
            if (name != "strict" && !(name is "max_tokens" or "max_completion_tokens" && HasLimit(body)))
            {
                body.Set(name, RequestBody.ToNode(value, $"The additional property '{name}'"));
            }
        }

        JsonNode? Format(ChatResponseFormat? format) => format switch
        {
            ChatResponseFormatJson { Schema: { } schema } json => OpenAIJson.SchemaFormat(json, schema, RequestBody.ToBoolean(options.AdditionalProperties?.GetValueOrDefault("strict"))),
            ChatResponseFormatJson => new JsonObject { ["type"] = "json_object" },
            ChatResponseFormatText => new JsonObject { ["type"] = "text" },
            _ => null,
        };
    }

    private static bool HasLimit(RequestBody body) => body.Has("max_tokens") || body.Has("max_completion_tokens");

    private void AddReasoning(RequestBody body, ReasoningOptions? reasoning)
    {
        string? effort = reasoning?.Effort switch
        {
            ReasoningEffort.None => "none",
            ReasoningEffort.Low => "low",
            ReasoningEffort.Medium => "medium",
            ReasoningEffort.High => "high",
            ReasoningEffort.ExtraHigh => "xhigh",
            _ => null,
        };
        if (!dialect.SendsReasoningObject)
        {
            body.Set("reasoning_effort", effort);
            return;
        }

        var node = new JsonObject();
        RequestBody.Set(node, "effort", effort);
        RequestBody.Set(node, "exclude", reasoning?.Output is ReasoningOutput.None ? true : null);
        RequestBody.Set(node, "enabled", node.Count == 0 && reasoning?.Output is not null ? true : null);
        body.Set("reasoning", node.Count > 0 ? node : null);
    }
}
