using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.Anthropic;

/// <summary>Messages and options to the body of <c>/messages</c>.</summary>
internal sealed class AnthropicRequestMapper(Uri endpoint, AnthropicOptions options, IChatClient client)
{
    internal const string Path = "/messages";
    private const string BetasProperty = "betas";

    private readonly Uri _uri = ApiAddress.With(ApiAddress.BaseOf(endpoint, "/v1", Path) + Path, endpoint);
    private readonly string _version = options.Version;
    private readonly string[] _betas = [.. options.Betas];
    private readonly int _maxTokens = options.MaxOutputTokens;
    private readonly bool _usesBudgets = options.UsesThinkingBudgets;

    /// <summary>Maps one call.</summary>
    /// <exception cref="ChatValidationException">A message holds what the protocol cannot carry.</exception>
    public ProviderRequest Map(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? modelId, bool isStreaming)
    {
        RequestBody body = RequestBody.Begin(options, client);
        body.Set("model", modelId);
        body.SetStreaming(isStreaming);
        AddReasoning(body, options);
        body.Set("max_tokens", options?.MaxOutputTokens ?? _maxTokens);
        body.Set("system", AnthropicMessages.System(messages, options?.Instructions));
        body.Set("messages", AnthropicMessages.Messages(messages, AnthropicTools.Files(options?.Tools)));
        if (options is not null)
        {
            AddTools(body, options);
            AddParameters(body, options);
        }

        return new ProviderRequest(_uri, body.ToBytes(), modelId, isStreaming) { Headers = [.. HeadersOf(messages, options)] };
    }

    private IEnumerable<KeyValuePair<string, string>> HeadersOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        yield return KeyValuePair.Create("anthropic-version", _version);
        string[] betas = [.. _betas.Concat(BetasOf(options)).Concat(AnthropicTools.Betas(options?.Tools)).Concat(FileBetas(messages, options)).Distinct(StringComparer.Ordinal)];
        if (betas.Length > 0)
        {
            yield return KeyValuePair.Create("anthropic-beta", string.Join(",", betas));
        }
    }

    private static IEnumerable<string> BetasOf(ChatOptions? options) => options?.AdditionalProperties?.GetValueOrDefault(BetasProperty) switch
    {
        string names => Split(names),
        IEnumerable<string> names => names,
        JsonArray names => names.Select(name => $"{name}"),
        JsonElement { ValueKind: JsonValueKind.Array } names => names.EnumerateArray().Select(name => name.ToString()),
        JsonElement { ValueKind: JsonValueKind.String } names => Split(names.ToString()),
        JsonValue names => Split(names.ToString()),
        _ => [],
    };

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> FileBetas(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        IEnumerable<AIContent> contents = messages.SelectMany(message => message.Contents);
        IEnumerable<AIContent> ofResults = contents.OfType<FunctionResultContent>().SelectMany(result => RequestBody.Contents(result.Result));
        return contents.Concat(ofResults).Concat(AnthropicTools.Files(options?.Tools)).Any(content => content is HostedFileContent) ? ["files-api-2025-04-14"] : [];
    }

    private static void AddTools(RequestBody body, ChatOptions options)
    {
        if (AnthropicTools.ToArray(options.Tools) is { } tools)
        {
            body.Set("tools", tools);
            body.Set("tool_choice", options.ToolMode is null && options.AllowMultipleToolCalls is null ? null : AnthropicTools.ToChoice(options));
        }
    }

    private static void AddParameters(RequestBody body, ChatOptions options)
    {
        body.Set("temperature", options.Temperature);
        body.Set("top_p", options.TopP);
        body.Set("top_k", options.TopK);
        body.Set("stop_sequences", RequestBody.ToArray(options.StopSequences));
        if (options.ResponseFormat is ChatResponseFormatJson { Schema: { } schema })
        {
            var format = new JsonObject { ["type"] = "json_schema", ["schema"] = JsonNode.Parse(schema.GetRawText()) };
            RequestBody.Set(body.Object("output_config"), "format", format);
        }

        foreach ((string name, object value) in RequestBody.ProviderProperties(options))
        {
            if (name != BetasProperty)
            {
                body.Set(name, RequestBody.ToNode(value, $"The additional property '{name}'"));
            }
        }
    }

    private void AddReasoning(RequestBody body, ChatOptions? options)
    {
        if (options?.Reasoning is not { } reasoning)
        {
            return;
        }

        if (reasoning.Effort is ReasoningEffort.None)
        {
            body.Set("thinking", new JsonObject { ["type"] = "disabled" });
            return;
        }

        JsonObject thinking = _usesBudgets ? Budget(body, options) : new JsonObject { ["type"] = "adaptive" };
        RequestBody.Set(thinking, "display", reasoning.Output switch
        {
            ReasoningOutput.None => "omitted",
            ReasoningOutput.Summary or ReasoningOutput.Full => "summarized",
            _ => null,
        });
        body.Set("thinking", thinking);
        if (!_usesBudgets && Effort(reasoning.Effort) is { } effort)
        {
            RequestBody.Set(body.Object("output_config"), "effort", effort);
        }
    }

    // max_tokens bounds thinking and answer together, and has to be above the budget.
    private JsonObject Budget(RequestBody body, ChatOptions options)
    {
        int budget = options.Reasoning!.Effort switch
        {
            ReasoningEffort.Low => 1024,
            ReasoningEffort.High => 16384,
            ReasoningEffort.ExtraHigh => 32768,
            _ => 4096,
        };
        body.Set("max_tokens", (options.MaxOutputTokens ?? (long)_maxTokens) + budget);
        return new JsonObject { ["type"] = "enabled", ["budget_tokens"] = budget };
    }

    private static string? Effort(ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        ReasoningEffort.ExtraHigh => "max",
        _ => null,
    };
}
