using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Interop.Tests.Peers;

/// <summary>Keeps answers as JSON under the hash of what was asked, as the field's distributed cache does: a stream as the answer that it makes, or by its updates.</summary>
internal sealed class JsonCachingChatClient(IChatClient innerClient, Dictionary<string, byte[]> storage, bool coalesces) : DelegatingChatClient(innerClient)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        string key = KeyOf(messages, options, isStreaming: false);
        if (Read<ChatResponse>(key) is { } kept)
        {
            return kept;
        }

        ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken);
        Write(key, response);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string key = KeyOf(messages, options, isStreaming: true);
        IEnumerable<ChatResponseUpdate>? kept = coalesces ? Read<ChatResponse>(key)?.ToChatResponseUpdates() : Read<List<ChatResponseUpdate>>(key);
        if (kept is not null)
        {
            foreach (ChatResponseUpdate update in kept)
            {
                yield return update;
            }

            yield break;
        }

        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
            yield return update;
        }

        Write<object>(key, coalesces ? updates.ToChatResponse() : updates);
    }

    private static string KeyOf(IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreaming) =>
        AIJsonUtilities.HashDataToString([messages, options, isStreaming], AIJsonUtilities.DefaultOptions);

    private T? Read<T>(string key) => storage.TryGetValue(key, out byte[]? json) ? JsonSerializer.Deserialize<T>(json, AIJsonUtilities.DefaultOptions) : default;

    private void Write<T>(string key, T value) => storage[key] = JsonSerializer.SerializeToUtf8Bytes(value, AIJsonUtilities.DefaultOptions);
}
