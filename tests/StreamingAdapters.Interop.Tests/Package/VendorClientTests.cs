using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OllamaSharp;
using OpenAI;
using SdkChatClient = OpenAI.Chat.ChatClient;

namespace StreamingAdapters.Interop.Tests;

/// <summary>Vendors' clients are chat clients like any other: they stream through a pipeline of ours as they are.</summary>
public sealed class VendorClientTests
{
    private const string OpenAIBody =
        """
        data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}

        data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}

        data: [DONE]


        """;

    private const string OllamaBody =
        """
        {"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":"Hel"},"done":false}
        {"model":"m","created_at":"2025-01-01T00:00:01Z","message":{"role":"assistant","content":"lo"},"done":true,"done_reason":"stop"}

        """;

    [Fact]
    public async Task OpenAIChatClient_Streaming_PassesThroughAPipeline()
    {
        using var http = new HttpClient(new CannedHandler("text/event-stream", OpenAIBody));
        var options = new OpenAIClientOptions { Endpoint = new Uri("http://localhost/v1"), Transport = new HttpClientPipelineTransport(http) };
        using IChatClient vendor = new SdkChatClient("m", new ApiKeyCredential("none"), options).AsIChatClient();

        await AssertStreamsHelloAsync(vendor);
    }

    [Fact]
    public async Task OllamaApiClient_Streaming_PassesThroughAPipeline()
    {
        using var http = new HttpClient(new CannedHandler("application/x-ndjson", OllamaBody)) { BaseAddress = new Uri("http://localhost") };
        using IChatClient vendor = new OllamaApiClient(http, "m");

        await AssertStreamsHelloAsync(vendor);
    }

    private static async Task AssertStreamsHelloAsync(IChatClient vendor)
    {
        int calls = 0;
        IChatClient client = vendor.AsBuilder().Use((messages, options, next, cancellationToken) =>
        {
            calls++;
            return next(messages, options, cancellationToken);
        }).Build();

        ChatResponse response = await client.GetStreamingResponseAsync("Hi").ToChatResponseAsync();

        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(1, calls);
    }
}
