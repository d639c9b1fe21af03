using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Messages and options to the body of <c>generateContent</c>.</summary>
internal sealed class GeminiRequestMapper(Uri endpoint, bool? usesBudgets, IChatClient client)
{
    private const string Generation = "generationConfig";

    // The request's own members; every other additional property is one of the generation's.
    private static readonly HashSet<string> OwnMembers = new(StringComparer.Ordinal)
    {
        "contents", "systemInstruction", "tools", "toolConfig", "safetySettings", Generation, "cachedContent", "labels", "serviceTier", "store", "modelArmorConfig",
    };

    private readonly GeminiAddress _address = new(endpoint);

    /// <summary>Maps one call.</summary>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry, or there is no model.</exception>
    public ProviderRequest Map(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? modelId, bool isStreaming)
    {
        RequestBody body = RequestBody.Begin(options, client);
        body.Set("systemInstruction", GeminiContents.System(messages, options?.Instructions));
        body.Set("contents", GeminiContents.Map(messages, signsCalls: modelId?.Contains("gemini-3", StringComparison.Ordinal) is true));
        if (options is not null)
        {
            if (GeminiTools.ToArray(options.Tools) is { } tools)
            {
                body.Set("tools", tools);
                body.Set("toolConfig", GeminiTools.ToConfig(options));
            }

            AddParameters(body, options);
            AddReasoning(body, options.Reasoning, usesBudgets ?? modelId?.Contains("gemini-2", StringComparison.Ordinal) is true);
            AddProperties(body, options);
            body.RemoveIfEmpty(Generation);
        }

        Uri uri = isStreaming ? _address.Of(modelId, "streamGenerateContent", _address.AsEvents) : _address.Of(modelId, "generateContent");
        return new ProviderRequest(uri, body.ToBytes(), modelId, isStreaming);
    }

    private static void AddParameters(RequestBody body, ChatOptions options)
    {
        JsonObject? generation = body.Object(Generation);
        Set("temperature", options.Temperature);
        Set("topP", options.TopP);
        Set("topK", options.TopK);
        Set("maxOutputTokens", options.MaxOutputTokens);
        Set("stopSequences", RequestBody.ToArray(options.StopSequences));
        Set("seed", options.Seed);
        Set("presencePenalty", options.PresencePenalty);
        Set("frequencyPenalty", options.FrequencyPenalty);
        if (options.ResponseFormat is ChatResponseFormatJson json)
        {
            Set("responseMimeType", "application/json");
            Set("responseJsonSchema", json.Schema is { } schema ? JsonNode.Parse(schema.GetRawText()) : null);
        }

        void Set(string name, JsonNode? value) => RequestBody.Set(generation, name, value);
    }

    private static void AddReasoning(RequestBody body, ReasoningOptions? reasoning, bool usesBudgets)
    {
        if (reasoning is null)
        {
            return;
        }

        var thinking = new JsonObject();
        if (usesBudgets)
        {
            RequestBody.Set(thinking, "thinkingBudget", reasoning.Effort switch
            {
                ReasoningEffort.None => 0,
                ReasoningEffort.Low => 1024,
                ReasoningEffort.Medium => 8192,
                ReasoningEffort.High => 16384,
                ReasoningEffort.ExtraHigh => 24576,
                _ => null,
            });
        }
        else
        {
            RequestBody.Set(thinking, "thinkingLevel", reasoning.Effort switch
            {
                // The least that the protocol has a word for: Gemini 3 cannot stop thinking.
                ReasoningEffort.None => "minimal",
                ReasoningEffort.Low => "low",
                ReasoningEffort.Medium => "medium",
                ReasoningEffort.High or ReasoningEffort.ExtraHigh => "high",
                _ => null,
            });
        }

        RequestBody.Set(thinking, "includeThoughts", reasoning is { Output: ReasoningOutput.None } or { Effort: ReasoningEffort.None } ? false : true);
        RequestBody.Set(body.Object(Generation), "thinkingConfig", thinking);
    }

    private static void AddProperties(RequestBody body, ChatOptions options)
    {
        foreach ((string name, object value) in RequestBody.ProviderProperties(options))
        {
            JsonNode? node = RequestBody.ToNode(value, $"The additional property '{name}'");
            if (OwnMembers.Contains(name))
            {
                body.Fill(name, node);
            }
            else
            {
                RequestBody.Set(body.Object(Generation), name, node);
            }
        }
    }
}
