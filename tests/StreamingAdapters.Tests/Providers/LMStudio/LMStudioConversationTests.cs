using System.Net;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.LMStudio;

/// <summary>Conversations that the server keeps, over the emulated one.</summary>
public sealed class LMStudioConversationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetStreamingResponse_ConversationId_GoesOnFromTheAnswer()
    {
        var options = new EmulatedServerOptions { Answer = messages => string.Join(" / ", messages.Select(message => $"{message.Role}: {message.Text}")) };
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(options, Cancellation);
        using var client = new LMStudioChatClient(new LMStudioOptions { Endpoint = server.Endpoint, Model = "emulated" });

        ChatResponse first = await client.GetResponseAsync("one", cancellationToken: Cancellation);
        ChatResponse second = await client.GetResponseAsync("two", new ChatOptions { ConversationId = first.ConversationId }, Cancellation);

        Assert.Equal("user: one", first.Text);
        Assert.Equal("user: one / assistant: user: one / user: two", second.Text);
        Assert.NotEqual(first.ConversationId, second.ConversationId);
    }

    [Fact]
    public async Task GetStreamingResponse_FirstCallOfAModel_TellsHowItIsLoaded()
    {
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(cancellationToken: Cancellation);
        using var client = new LMStudioChatClient(new LMStudioOptions { Endpoint = server.Endpoint, Model = "emulated" });

        Assert.Equal([0.0, 0.65, 1.0], await LoadAsync(client));
        Assert.Empty(await LoadAsync(client));
    }

    [Fact]
    public async Task GetResponse_NothingKept_HasNoConversation()
    {
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(cancellationToken: Cancellation);
        using var client = new LMStudioChatClient(new LMStudioOptions { Endpoint = server.Endpoint, Model = "emulated", Store = false });

        Assert.Null((await client.GetResponseAsync("one", cancellationToken: Cancellation)).ConversationId);
        var error = await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync("two", new ChatOptions { ConversationId = "resp_unknown" }, Cancellation));
        Assert.Equal(HttpStatusCode.BadRequest, (HttpStatusCode)error.StatusCode!.Value);
    }

    [Fact]
    public async Task GetService_ModelCatalog_ListsWhatTheServerHas()
    {
        await using EmulatedLMStudioServer server = await EmulatedLMStudioServer.StartAsync(cancellationToken: Cancellation);
        using var client = new LMStudioChatClient(new LMStudioOptions { Endpoint = server.Endpoint, Model = "emulated" });
        List<ModelInfo> models = [];

        await foreach (ModelInfo model in client.GetRequiredService<IModelCatalog>().ListAsync(Cancellation))
        {
            models.Add(model);
        }

        Assert.Equal(("emulated", 8192, false), (Assert.Single(models).Id, models[0].ContextLength, models[0].IsLoaded));
    }

    private static async Task<List<object?>> LoadAsync(IChatClient client)
    {
        List<object?> told = [];
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hello", cancellationToken: Cancellation))
        {
            told.AddRange(update.AdditionalProperties?.Where(property => property.Key == StreamingKeys.ModelLoad).Select(property => property.Value) ?? []);
        }

        return told;
    }
}
