using Microsoft.Extensions.AI;

namespace StreamingAdapters.Interop.Tests.Situations;

internal static class Asking
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<ChatResponse> AskAsync(this IChatClient client, bool streaming, ChatOptions? options = null) =>
        client.AskAsync([new ChatMessage(ChatRole.User, "Weather?")], streaming, options);

    public static Task<ChatResponse> AskAsync(this IChatClient client, IEnumerable<ChatMessage> messages, bool streaming, ChatOptions? options = null) => streaming
        ? client.GetStreamingResponseAsync(messages, options, Token).ToChatResponseAsync(Token)
        : client.GetResponseAsync(messages, options, Token);

    public static ValueTask<List<ChatResponseUpdate>> StreamAsync(this IChatClient client, ChatOptions? options = null) =>
        client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Weather?")], options, Token).ToListAsync(Token);
}
