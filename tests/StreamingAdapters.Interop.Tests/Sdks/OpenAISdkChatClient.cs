using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace StreamingAdapters.Interop.Tests.Sdks;

/// <summary>The OpenAI SDK's own client behind the interface, for its text alone.</summary>
internal sealed class OpenAISdkChatClient(HttpClient http, ClientRetryPolicy? retries = null, TimeSpan? timeout = null) : IChatClient
{
    private readonly ChatClient _client = new(
        "m",
        new ApiKeyCredential("sk-0123456789"),
        new OpenAIClientOptions { Transport = new HttpClientPipelineTransport(http), RetryPolicy = retries ?? new ClientRetryPolicy(0), NetworkTimeout = timeout });

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatCompletion answer = await _client.CompleteChatAsync(Prompt(messages), options: null, cancellationToken);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, answer.Content[0].Text));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (StreamingChatCompletionUpdate update in _client.CompleteChatStreamingAsync(Prompt(messages), options: null, cancellationToken))
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, string.Concat(update.ContentUpdate.Select(part => part.Text)));
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("openai", defaultModelId: "m") : null;

    public void Dispose() => http.Dispose();

    private static UserChatMessage[] Prompt(IEnumerable<ChatMessage> messages) => [.. messages.Select(message => new UserChatMessage(message.Text))];
}
