namespace Microsoft.Extensions.AI.Tests;

/// <summary>The one question of a test, asked through either method.</summary>
internal static class ChatClientCalls
{
    public static readonly ChatMessage[] Question = [new(ChatRole.User, "question")];

    public static Task<ChatResponse> AskAsync(
        this IChatClient client, bool streaming, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        (streaming
            ? client.GetStreamingResponseAsync(Question, options, cancellationToken).ToChatResponseAsync(CancellationToken.None)
            : client.GetResponseAsync(Question, options, cancellationToken)).Soon();
}
