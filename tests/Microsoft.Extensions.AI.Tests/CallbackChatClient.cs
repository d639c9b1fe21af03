namespace Microsoft.Extensions.AI.Tests;

/// <summary>Innermost client of a test: answers with the given functions and notes what it was asked.</summary>
internal sealed class CallbackChatClient : IChatClient
{
    public Func<IEnumerable<ChatMessage>, ChatOptions?, CancellationToken, Task<ChatResponse>> GetResponse { get; init; } =
        (_, _, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "answer")));

    public Func<IEnumerable<ChatMessage>, ChatOptions?, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> GetStreamingResponse { get; init; } =
        (_, _, _) => Updates.Of("ans", "wer");

    public List<Call> Calls { get; } = [];

    public int Disposals { get; private set; }

    /// <summary>The same end for both methods: an exception instead of an answer.</summary>
    public static CallbackChatClient Failing(Exception error) => new()
    {
        GetResponse = (_, _, _) => Task.FromException<ChatResponse>(error),
        GetStreamingResponse = (_, _, _) => Updates.Failing(error),
    };

    /// <summary>Never answers until the token it was given is cancelled.</summary>
    public static CallbackChatClient Silent() => new()
    {
        GetResponse = async (_, _, cancellationToken) =>
        {
            await Waits.ForCancellationAsync(cancellationToken);
            return new ChatResponse();
        },
        GetStreamingResponse = (_, _, cancellationToken) => Updates.SilentAsync(cancellationToken),
    };

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls.Add(new Call(Streaming: false, messages, options, cancellationToken));
        return GetResponse(messages, options, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls.Add(new Call(Streaming: true, messages, options, cancellationToken));
        return GetStreamingResponse(messages, options, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => Disposals++;

    internal sealed record Call(bool Streaming, IEnumerable<ChatMessage> Messages, ChatOptions? Options, CancellationToken CancellationToken);
}
