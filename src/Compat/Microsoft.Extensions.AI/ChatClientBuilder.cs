namespace Microsoft.Extensions.AI;

/// <summary>Composes an <see cref="IChatClient"/> out of an innermost client and the stages around it.</summary>
/// <remarks>
/// The stage that was added first is the outermost: it sees a call first and its updates last. A builder may be built more than once;
/// every build runs the factories anew. A builder is not thread-safe.
/// </remarks>
public sealed class ChatClientBuilder
{
    private readonly Func<IServiceProvider, IChatClient> _innerClientFactory;
    private readonly List<Func<IChatClient, IServiceProvider, IChatClient>> _stages = [];

    /// <summary>Starts a pipeline over a client that exists already.</summary>
    /// <param name="innerClient">The innermost client. The built pipeline disposes it when it is disposed itself.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClient"/> is null.</exception>
    public ChatClientBuilder(IChatClient innerClient)
    {
        ArgumentNullException.ThrowIfNull(innerClient);

        _innerClientFactory = _ => innerClient;
    }

    /// <summary>Starts a pipeline over a client that each build creates.</summary>
    /// <param name="innerClientFactory">Creates the innermost client from the services given to <see cref="Build"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerClientFactory"/> is null.</exception>
    public ChatClientBuilder(Func<IServiceProvider, IChatClient> innerClientFactory)
    {
        ArgumentNullException.ThrowIfNull(innerClientFactory);

        _innerClientFactory = innerClientFactory;
    }

    /// <summary>Creates the innermost client and puts every stage around it.</summary>
    /// <param name="services">Handed to every factory. Default null: a provider without any service, which answers keyed lookups too.</param>
    /// <returns>The outermost stage, or the innermost client when no stage was added.</returns>
    /// <exception cref="InvalidOperationException">A stage's factory returned null; the message says which.</exception>
    public IChatClient Build(IServiceProvider? services = null)
    {
        services ??= EmptyServiceProvider.Instance;
        IChatClient client = _innerClientFactory(services);
        for (int index = _stages.Count - 1; index >= 0; index--)
        {
            client = _stages[index](client, services) ?? throw new InvalidOperationException(
                $"The stage at index {index} of the {nameof(ChatClientBuilder)} is null. Return an {nameof(IChatClient)} from the factory given to {nameof(Use)}.");
        }

        return client;
    }

    /// <summary>Adds a stage inside the ones added before.</summary>
    /// <param name="clientFactory">Receives the next client inwards and returns the stage around it; null is refused when building.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="clientFactory"/> is null.</exception>
    public ChatClientBuilder Use(Func<IChatClient, IChatClient> clientFactory)
    {
        ArgumentNullException.ThrowIfNull(clientFactory);

        return Use((innerClient, _) => clientFactory(innerClient));
    }

    /// <summary>Adds a stage that takes services, inside the ones added before.</summary>
    /// <param name="clientFactory">
    /// Receives the next client inwards and the services given to <see cref="Build"/>, and returns the stage; null is refused when building.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="clientFactory"/> is null.</exception>
    public ChatClientBuilder Use(Func<IChatClient, IServiceProvider, IChatClient> clientFactory)
    {
        ArgumentNullException.ThrowIfNull(clientFactory);

        _stages.Add(clientFactory);
        return this;
    }

    /// <summary>Adds a stage written as one delegate for both methods, for work before and after a call that leaves its result alone.</summary>
    /// <param name="sharedFunc">
    /// Receives messages, options, the next step inwards and the caller's token. It awaits the next step with whatever should be sent on;
    /// the result goes past it to the caller. Without streaming it has to call the next step, with streaming the updates are those of every
    /// next step it called.
    /// </param>
    /// <returns>This builder.</returns>
    /// <remarks>
    /// With streaming the delegate starts when the method is called, not at the first update, and runs one update ahead of the consumer. What it
    /// throws arrives behind the updates before it. A consumer that stops early cancels the token, or the delegate waits for ever.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="sharedFunc"/> is null.</exception>
    public ChatClientBuilder Use(
        Func<IEnumerable<ChatMessage>, ChatOptions?, Func<IEnumerable<ChatMessage>, ChatOptions?, CancellationToken, Task>, CancellationToken, Task> sharedFunc)
    {
        ArgumentNullException.ThrowIfNull(sharedFunc);

        return Use((innerClient, _) => new SharedDelegateChatClient(innerClient, sharedFunc));
    }

    /// <summary>Adds a stage written as one delegate per method.</summary>
    /// <param name="getResponseFunc">
    /// Answers without streaming; it receives messages, options, the next client inwards and the token. Null: the other delegate's updates are
    /// put together into the response.
    /// </param>
    /// <param name="getStreamingResponseFunc">
    /// Answers with streaming, given the same. Null: the response of the other delegate, whole, is handed out as updates.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException">Both delegates are null.</exception>
    public ChatClientBuilder Use(
        Func<IEnumerable<ChatMessage>, ChatOptions?, IChatClient, CancellationToken, Task<ChatResponse>>? getResponseFunc,
        Func<IEnumerable<ChatMessage>, ChatOptions?, IChatClient, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>? getStreamingResponseFunc)
    {
        if (getResponseFunc is null && getStreamingResponseFunc is null)
        {
            throw new ArgumentNullException(
                nameof(getResponseFunc), $"A stage of delegates needs one: give {nameof(getResponseFunc)}, {nameof(getStreamingResponseFunc)} or both.");
        }

        return Use((innerClient, _) => new DelegatePairChatClient(innerClient, getResponseFunc, getStreamingResponseFunc));
    }
}
