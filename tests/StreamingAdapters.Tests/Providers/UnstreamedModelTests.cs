using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers;

/// <summary>A server that refuses to stream a model is asked once more for the whole answer, and the model is remembered.</summary>
public sealed class UnstreamedModelTests
{
    private const string Refusal = """{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}""";
    private const string Whole = """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""";

    [Fact]
    public async Task GetStreamingResponseAsync_HttpRefusal_HandsOutTheWholeAnswerAndRemembers()
    {
        var handler = new ScriptedHttpHandler(
            ScriptedHttpResponse.Status(400, "application/json").Text(Refusal),
            ScriptedHttpResponse.Ok("application/json").Text(Whole),
            ScriptedHttpResponse.Ok("application/json").Text(Whole));
        using OpenAIChatClient client = Client(handler);

        ChatResponse first = await client.GetResponseAsync("hello");
        ChatResponse second = await client.GetResponseAsync("hello");

        Assert.Equal(["Hi", "Hi"], [first.Text, second.Text]);
        Assert.Equal(3, first.Usage?.TotalTokenCount);
        Assert.Equal([true, false, false], handler.Exchanges.Select(IsStreaming));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_OtherModel_IsStreamedStill()
    {
        var handler = new ScriptedHttpHandler(
            ScriptedHttpResponse.Status(400, "application/json").Text(Refusal),
            ScriptedHttpResponse.Ok("application/json").Text(Whole),
            ScriptedHttpResponse.Ok("text/event-stream").Text($"data: {Whole}\n\ndata: [DONE]\n\n"));
        using OpenAIChatClient client = Client(handler);
        await client.GetResponseAsync("hello");

        await client.GetResponseAsync("hello", new ChatOptions { ModelId = "other" });

        Assert.Equal([true, false, true], handler.Exchanges.Select(IsStreaming));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_RefusalInsideTheStream_HandsOutTheWholeAnswer()
    {
        var handler = new ScriptedHttpHandler(
            ScriptedHttpResponse.Ok("text/event-stream").Text($": OPENROUTER PROCESSING\n\ndata: {Refusal}\n\n"),
            ScriptedHttpResponse.Ok("application/json").Text(Whole));
        using OpenAIChatClient client = Client(handler);

        ChatResponse response = await client.GetResponseAsync("hello");

        Assert.Equal("Hi", response.Text);
        Assert.True(handler.Exchanges[0].IsDisposed);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_RefusesBoth_FailsWithTheRefusal()
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Status(400, "application/json").Text(Refusal));
        using OpenAIChatClient client = Client(handler);

        var exception = await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync("hello"));

        Assert.Equal(ChatErrorKind.UnsupportedFeature, exception.Kind);
        Assert.Equal("streaming", exception.Feature);
        Assert.Equal(2, handler.Exchanges.Count);
    }

    private static bool IsStreaming(ScriptedHttpExchange exchange) => JsonDocument.Parse(exchange.Body).RootElement.GetProperty("stream").GetBoolean();

    private static OpenAIChatClient Client(ScriptedHttpHandler handler) =>
        new(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = new Uri("http://localhost:1"), Model = "m" }, new HttpClient(handler));
}
