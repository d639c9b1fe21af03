using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Usage;

/// <summary>A cache in small that keeps answers as JSON, by the length of the conversation: whole, as the framework's own does, or update by update.</summary>
internal sealed class CachingChatClient(IChatClient innerClient, bool coalesces) : DelegatingChatClient(innerClient)
{
    private static readonly JsonTypeInfo<ChatResponse> ResponseType = (JsonTypeInfo<ChatResponse>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponse));
    private static readonly JsonTypeInfo<IReadOnlyList<ChatResponseUpdate>> UpdatesType =
        (JsonTypeInfo<IReadOnlyList<ChatResponseUpdate>>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IReadOnlyList<ChatResponseUpdate>));

    private readonly Dictionary<int, string> _answers = [];

    public void Forget(int longerThan)
    {
        foreach (int length in _answers.Keys.Where(length => length > longerThan).ToArray())
        {
            _answers.Remove(length);
        }
    }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        int key = messages.Count();
        if (_answers.TryGetValue(key, out string? json))
        {
            return JsonSerializer.Deserialize(json, ResponseType)!;
        }

        ChatResponse response = await InnerClient.GetResponseAsync(messages, options, cancellationToken);
        _answers[key] = JsonSerializer.Serialize(response, ResponseType);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int key = messages.Count();
        if (_answers.TryGetValue(key, out string? json))
        {
            IReadOnlyList<ChatResponseUpdate> replay = coalesces
                ? JsonSerializer.Deserialize(json, ResponseType)!.ToChatResponseUpdates()
                : JsonSerializer.Deserialize(json, UpdatesType)!;
            foreach (ChatResponseUpdate update in replay)
            {
                yield return update;
            }

            yield break;
        }

        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
            yield return update;
        }

        _answers[key] = coalesces ? JsonSerializer.Serialize(updates.ToChatResponse(), ResponseType) : JsonSerializer.Serialize(updates, UpdatesType);
    }
}
