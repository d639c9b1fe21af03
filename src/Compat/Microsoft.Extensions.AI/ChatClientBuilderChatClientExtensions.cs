namespace Microsoft.Extensions.AI;

/// <summary>Starts a <see cref="ChatClientBuilder"/> from a client.</summary>
public static class ChatClientBuilderChatClientExtensions
{
    /// <summary>Starts a pipeline over this client, as the constructor of <see cref="ChatClientBuilder"/> does.</summary>
    /// <param name="innerClient">The innermost client of the pipeline.</param>
    /// <returns>A new builder without stages.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    public static ChatClientBuilder AsBuilder(this IChatClient innerClient)
    {
        ArgumentNullException.ThrowIfNull(innerClient);

        return new ChatClientBuilder(innerClient);
    }
}
