using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NSubstitute;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Anthropic;
using StreamingAdapters.Providers.Gemini;
using StreamingAdapters.Providers.LMStudio;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Providers.OpenAI;
using StreamingAdapters.Providers.OpenAIResponses;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Requests as their mappers make them, and their comparison with what they must be, order aside.</summary>
internal static class RequestJson
{
    public static ProviderRequest OfChat(IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, OpenAIDialect? dialect = null, bool isStreaming = true, string endpoint = "http://host/v1", string? apiVersion = null, string? model = "m") =>
        new OpenAIRequestMapper(new Uri(endpoint), apiVersion, dialect ?? OpenAIDialect.Generic with { SendsStreamOptions = false }, Client).Map(messages ?? Hello, options, model, isStreaming);

    public static ProviderRequest OfOllama(IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, TimeSpan? keepAlive = null, bool rawPrompt = false, bool isStreaming = true, string endpoint = "http://host:11434", string? model = "m") =>
        new OllamaRequestMapper(new Uri(endpoint), keepAlive, rawPrompt, Client).Map(messages ?? Hello, options, model, isStreaming);

    public static ProviderRequest OfAnthropic(IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, AnthropicOptions? settings = null, bool isStreaming = true, string endpoint = "http://host/v1", string? model = "m") =>
        new AnthropicRequestMapper(new Uri(endpoint), settings ?? new AnthropicOptions(), Client).Map(messages ?? Hello, options, model, isStreaming);

    public static ProviderRequest OfGemini(IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, bool? usesBudgets = null, bool isStreaming = true, string endpoint = "http://host/v1beta", string? model = "m") =>
        new GeminiRequestMapper(new Uri(endpoint), usesBudgets, Client).Map(messages ?? Hello, options, model, isStreaming);

    public static ProviderRequest OfResponses(IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, bool? store = null, bool isStreaming = true, string endpoint = "http://host/v1", string? model = "m") =>
        new OpenAIResponsesRequestMapper(new Uri(endpoint), store, Client).Map(messages ?? Hello, options, model, isStreaming);

    public static ProviderRequest OfLMStudio(IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, bool? store = null, int? contextLength = null, bool isStreaming = true, string endpoint = "http://host/api/v1", string? model = "m") =>
        new LMStudioRequestMapper(new Uri(endpoint), store, contextLength, Client).Map(messages ?? Hello, options, model, isStreaming);

    /// <summary>One user message.</summary>
    public static IReadOnlyList<ChatMessage> Hello { get; } = [new ChatMessage(ChatRole.User, "hello")];

    /// <summary>The client that factories are called with.</summary>
    public static IChatClient Client { get; } = Substitute.For<IChatClient>();

    public static JsonObject Body(this ProviderRequest request) => JsonNode.Parse(request.Body.Span)!.AsObject();

    /// <summary>Fails unless the whole body is this object.</summary>
    public static void AssertBody(string expected, ProviderRequest request, string what = "") => AssertJson(expected, request.Body(), what);

    /// <summary>Fails unless the two are the same JSON.</summary>
    public static void AssertJson(string? expected, JsonNode? actual, string what = "") =>
        Assert.True(JsonNode.DeepEquals(expected is null ? null : JsonNode.Parse(expected), actual), $"{what}{Environment.NewLine}Expected {expected}{Environment.NewLine}Actual   {actual?.ToJsonString() ?? "nothing"}");

    /// <summary>The body as text.</summary>
    public static string Text(this ProviderRequest request) => Encoding.UTF8.GetString(request.Body.Span);
}
