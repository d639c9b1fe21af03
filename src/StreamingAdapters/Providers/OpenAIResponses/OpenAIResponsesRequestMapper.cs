using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>Messages and options to the body of <c>/responses</c>; a continuation token to a request for the rest of an answer.</summary>
internal sealed class OpenAIResponsesRequestMapper(Uri endpoint, bool? store, IChatClient client)
{
    public const string Path = "/responses";

    private readonly Uri _uri = ApiAddress.With(ApiAddress.BaseOf(endpoint, "/v1", Path) + Path, endpoint);

    /// <summary>Maps one call.</summary>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry, or the token is another provider's.</exception>
    public ProviderRequest Map(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? modelId, bool isStreaming)
    {
        if (options?.ContinuationToken is { } token)
        {
            return new ProviderRequest(UriOf(OpenAIResponsesToken.Parse(token), isStreaming), default, modelId, isStreaming) { Method = HttpMethod.Get };
        }

        RequestBody body = RequestBody.Begin(options, client);
        body.Set("model", modelId);
        body.SetStreaming(isStreaming);
        body.Set("instructions", string.IsNullOrEmpty(options?.Instructions) ? null : options.Instructions);
        body.Set("input", OpenAIResponsesInput.Items(messages, OpenAIResponsesTools.AreCustom(options?.Tools)));
        body.Set("store", store);
        if (options is not null)
        {
            AddConversation(body, options.ConversationId);
            AddTools(body, options);
            AddParameters(body, options);
            AddReasoning(body, options.Reasoning);
        }

        return new ProviderRequest(_uri, body.ToBytes(), modelId, isStreaming);
    }

    private Uri UriOf(OpenAIResponsesToken token, bool isStreaming)
    {
        string address = $"{ApiAddress.BaseOf(endpoint, "/v1", Path)}{Path}/{Uri.EscapeDataString(token.ResponseId)}";
        string? after = isStreaming && token.SequenceNumber is { } number ? string.Create(CultureInfo.InvariantCulture, $"starting_after={number}") : null;
        return ApiAddress.With(address, endpoint, isStreaming ? "stream=true" : null, after);
    }

    // A conversation is an object of its own; anything else names the answer that this one follows.
    private static void AddConversation(RequestBody body, string? id)
    {
        if (!string.IsNullOrEmpty(id) && !body.Has("conversation") && !body.Has("previous_response_id"))
        {
            body.Set(id.StartsWith("conv_", StringComparison.Ordinal) ? "conversation" : "previous_response_id", id);
        }
    }

    private static void AddTools(RequestBody body, ChatOptions options)
    {
        if (OpenAIResponsesTools.ToArray(options.Tools) is { } tools)
        {
            body.Set("tools", tools);
            body.Set("parallel_tool_calls", options.AllowMultipleToolCalls);
            body.Set("tool_choice", OpenAIResponsesTools.ToChoice(options));
        }
    }

    private static void AddParameters(RequestBody body, ChatOptions options)
    {
        body.Set("background", options.AllowBackgroundResponses is true ? true : null);
        body.Set("max_output_tokens", options.MaxOutputTokens);
        body.Set("temperature", options.Temperature);
        body.Set("top_p", options.TopP);
        if (Format(options) is { } format)
        {
            RequestBody.Set(body.Object("text"), "format", format);
        }

        foreach ((string name, object value) in RequestBody.ProviderProperties(options))
        {
            // "strict" speaks of the response's schema, not of the request.
            if (name != "strict")
            {
                body.Set(name, RequestBody.ToNode(value, $"The additional property '{name}'"));
            }
        }
    }

    private static JsonObject? Format(ChatOptions options)
    {
        switch (options.ResponseFormat)
        {
            case ChatResponseFormatJson { Schema: { } schema } json:
                var node = new JsonObject { ["type"] = "json_schema", ["name"] = json.SchemaName ?? "response", ["schema"] = JsonNode.Parse(schema.GetRawText()) };
                RequestBody.Set(node, "description", json.SchemaDescription);
                RequestBody.Set(node, "strict", RequestBody.ToBoolean(options.AdditionalProperties?.GetValueOrDefault("strict")));
                return node;
            case ChatResponseFormatJson:
                return new JsonObject { ["type"] = "json_object" };
            case ChatResponseFormatText:
                return new JsonObject { ["type"] = "text" };
            default:
                return null;
        }
    }

    private static void AddReasoning(RequestBody body, ReasoningOptions? reasoning)
    {
        if (reasoning is null)
        {
            return;
        }

        JsonObject? node = body.Object("reasoning");
        RequestBody.Set(node, "effort", reasoning.Effort switch
        {
            ReasoningEffort.None => "none",
            ReasoningEffort.Low => "low",
            ReasoningEffort.Medium => "medium",
            ReasoningEffort.High => "high",
            ReasoningEffort.ExtraHigh => "xhigh",
            _ => null,
        });
        RequestBody.Set(node, "summary", reasoning.Output switch
        {
            ReasoningOutput.Summary => "auto",
            ReasoningOutput.Full => "detailed",
            _ => null,
        });
        body.RemoveIfEmpty("reasoning");
        if (reasoning.Effort is not ReasoningEffort.None && body.IsFalse("store"))
        {
            // A server that keeps nothing gives its reasoning to the caller, if it is asked to; models that do not reason refuse to be asked.
            AddInclude(body, "reasoning.encrypted_content");
        }
    }

    private static void AddInclude(RequestBody body, string name)
    {
        if (body.Array("include") is { } include && !include.Any(entry => entry?.ToString() == name))
        {
            include.Add((JsonNode)name);
        }
    }
}
