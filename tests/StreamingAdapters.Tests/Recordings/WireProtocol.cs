using System.Text;
using System.Text.Json;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Anthropic;
using StreamingAdapters.Providers.Gemini;
using StreamingAdapters.Providers.LMStudio;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Providers.OpenAI;
using StreamingAdapters.Providers.OpenAIResponses;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>What the tests over recorded bytes know of a protocol: one line for each decoder that the recordings name.</summary>
/// <param name="MediaType">The media type of a body; it may depend on how the body begins.</param>
/// <param name="CreateFraming">The framing of such a body.</param>
/// <param name="CreateDecoder">The decoder, with or without the fast path.</param>
/// <param name="CreateClient">The client, over a handler that answers with such a body.</param>
/// <param name="ErrorFrame">The JSON of an error inside a stream that is the server's fault.</param>
/// <param name="IsTerminal">Whether raw bytes, read without any decoder of ours, say that an answer is whole.</param>
internal sealed record WireProtocol(
    Func<ReadOnlyMemory<byte>, string> MediaType,
    Func<Stream, string, FrameReader> CreateFraming,
    Func<ErrorContext, bool, StreamDecoder> CreateDecoder,
    Func<HttpClient, HttpChatClient> CreateClient,
    string ErrorFrame,
    Func<string, bool> IsTerminal)
{
    private static readonly Uri Endpoint = new("http://localhost:1");

    private static readonly Dictionary<string, WireProtocol> Protocols = new()
    {
        ["ollama"] = new(
            _ => "application/x-ndjson",
            (body, _) => new NdjsonFraming(body),
            (context, fastPath) => new OllamaStreamDecoder(context, fastPath),
            http => new OllamaChatClient(new OllamaOptions { Endpoint = Endpoint, Model = "m" }, http),
            """{"error":"an internal error"}""",
            text => TerminalSignal.Lines(text).Any(line => TerminalSignal.Has(line, root => root.TryGetProperty("done", out JsonElement done) && done.ValueKind is JsonValueKind.True))),
        ["openai-chat"] = ChatCompletions(OpenAIDialect.Generic),
        ["openrouter"] = ChatCompletions(OpenAIDialect.OpenRouter),
        ["lmstudio"] = ChatCompletions(OpenAIDialect.LMStudio),
        ["anthropic"] = new(
            _ => "text/event-stream",
            (body, _) => new SseFraming(body),
            (context, fastPath) => new AnthropicStreamDecoder(context, fastPath),
            http => new AnthropicChatClient(new AnthropicOptions { Endpoint = Endpoint, Model = "m", ApiKey = "test-key" }, http),
            """{"type":"error","error":{"type":"api_error","message":"Internal server error"}}""",
            text => TerminalSignal.HasData(text, IsEndOfMessage)),
        ["gemini"] = new(
            body => IsJson(body.Span) ? "application/json" : "text/event-stream",
            (body, mediaType) => mediaType == "application/json" ? new JsonArrayFraming(body) : new SseFraming(body),
            (context, fastPath) => new GeminiStreamDecoder(context, fastPath),
            http => new GeminiChatClient(new GeminiOptions { Endpoint = Endpoint, Model = "m", ApiKey = "test-key" }, http),
            """{"error":{"code":500,"message":"An internal error has occurred.","status":"INTERNAL"}}""",
            text => IsJson(Encoding.UTF8.GetBytes(text)) ? TerminalSignal.HasInArray(text, "finishReason", "blockReason") : TerminalSignal.HasData(text, IsEndOfResponse)),
        ["openai-responses"] = new(
            _ => "text/event-stream",
            (body, _) => new SseFraming(body),
            (context, fastPath) => new OpenAIResponsesStreamDecoder(context, fastPath: fastPath),
            http => new OpenAIResponsesChatClient(new OpenAIResponsesOptions { Endpoint = Endpoint, Model = "m" }, http),
            """{"type":"error","sequence_number":7,"error":{"type":"server_error","code":"server_error","message":"The server had an error","param":null}}""",
            text => TerminalSignal.HasData(text, IsEndOfAnswer)),
        ["lmstudio-native"] = new(
            _ => "text/event-stream",
            (body, _) => new SseFraming(body),
            (context, fastPath) => new LMStudioStreamDecoder(context, fastPath: fastPath),
            http => new LMStudioChatClient(new LMStudioOptions { Endpoint = Endpoint, Model = "m" }, http),
            """{"type":"error","error":{"type":"internal_error","message":"An internal error has occurred."}}""",
            text => TerminalSignal.HasData(text, root => root.TryGetProperty("type", out JsonElement type) && type.GetString() is "chat.end")),
    };

    /// <summary>The decoders that have a line here.</summary>
    public static IReadOnlyCollection<string> Decoders => Protocols.Keys;

    /// <summary>Whether its answers are server-sent events.</summary>
    public bool IsSse => MediaType(default) == "text/event-stream";

    public static WireProtocol Of(string decoder) => Protocols[decoder];

    /// <summary>Puts JSON into a frame that follows whatever came.</summary>
    public string Wrap(string json) => IsSse ? $"\n\ndata: {json}\n\n" : $"\n{json}\n";

    private static bool IsEndOfMessage(JsonElement root) => root.TryGetProperty("type", out JsonElement type) && type.GetString() switch
    {
        "message_stop" or "message" => true,
        "message_delta" => root.TryGetProperty("delta", out JsonElement delta) && delta.TryGetProperty("stop_reason", out JsonElement reason) && reason.ValueKind is JsonValueKind.String,
        _ => false,
    };

    private static bool IsJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'[' or (byte)'{', ..];

    private static bool IsEndOfResponse(JsonElement root) =>
        (root.TryGetProperty("candidates", out JsonElement candidates) && candidates.EnumerateArray().Any(candidate => candidate.TryGetProperty("finishReason", out _)))
        || (root.TryGetProperty("promptFeedback", out JsonElement feedback) && feedback.TryGetProperty("blockReason", out _));

    private static bool IsEndOfAnswer(JsonElement root) => root.TryGetProperty("type", out JsonElement type)
        ? type.GetString() is "response.completed" or "response.incomplete"
        : root.TryGetProperty("object", out JsonElement whole) && whole.GetString() is "response";

    private static WireProtocol ChatCompletions(OpenAIDialect dialect) => new(
        _ => "text/event-stream",
        (body, _) => new SseFraming(body),
        (context, fastPath) => new OpenAIStreamDecoder(context, dialect, fastPath),
        http => new OpenAIChatClient(new OpenAIOptions { Dialect = dialect, Endpoint = Endpoint, Model = "m", ApiKey = "test-key" }, http),
        """{"error":{"message":"The server had an error","type":"server_error"}}""",
        text => TerminalSignal.Data(text).Contains("[DONE]") || TerminalSignal.Has(text, root => root.TryGetProperty("choices", out _)));
}
