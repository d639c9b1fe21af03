using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>An answer as it was read, by either method, to its end or failure.</summary>
internal sealed class ReadAnswer
{
    private readonly string _method;

    private ReadAnswer(string method, IReadOnlyList<ChatResponseUpdate> updates, ChatResponse response, Exception? error)
    {
        _method = method;
        Updates = updates;
        Response = response;
        Error = error;
    }

    public IReadOnlyList<ChatResponseUpdate> Updates { get; }

    /// <summary>The response; of a stream, all updates that came, aggregated.</summary>
    public ChatResponse Response { get; }

    /// <summary>What ended the answer, unless it was whole.</summary>
    public Exception? Error { get; }

    public string Text => string.Concat(Contents<TextContent>().Select(static content => content.Text));

    public string Reasoning => string.Concat(Contents<TextReasoningContent>().Select(static content => content.Text));

    public FunctionCallContent[] Calls => [.. Contents<FunctionCallContent>()];

    public static async Task<ReadAnswer> ReadAsync(IAsyncEnumerable<ChatResponseUpdate> stream, string method)
    {
        var updates = new List<ChatResponseUpdate>();
        Exception? error = null;
        try
        {
            await foreach (ChatResponseUpdate update in stream)
            {
                updates.Add(update);
            }
        }
        catch (Exception e)
        {
            error = e;
        }

        return new ReadAnswer(method, updates, updates.ToChatResponse(), error);
    }

    public static async Task<ReadAnswer> ReadAsync(Task<ChatResponse> call, string method)
    {
        try
        {
            ChatResponse response = await call;
            return new ReadAnswer(method, response.ToChatResponseUpdates(), response, error: null);
        }
        catch (Exception e)
        {
            return new ReadAnswer(method, [], new ChatResponse(), e);
        }
    }

    /// <summary>This answer, which must be whole.</summary>
    public ReadAnswer Whole() => Error is null ? this : throw new ConformanceException(
        $"Expected {_method} to give a whole answer; after {Updates.Count} updates it threw {Error.GetType().Name}: {Error.Message}", Error);

    /// <summary>What failed this answer, which must be of the family and of a kind.</summary>
    public ChatAdapterException Failed(params ReadOnlySpan<ChatErrorKind> kinds)
    {
        string expected = kinds.IsEmpty ? "an error" : string.Join(" or ", kinds.ToArray());
        if (Error is not ChatAdapterException failure)
        {
            throw Error is null
                ? new ConformanceException($"Expected {_method} to fail with {expected}; it ended as if the answer were whole, with {Text.Length} characters of text.")
                : new ConformanceException($"Expected {_method} to fail with {expected}; it threw {Error.GetType().Name}, which is no {nameof(ChatAdapterException)}: {Error.Message}", Error);
        }

        return kinds.IsEmpty || kinds.Contains(failure.Kind)
            ? failure
            : throw new ConformanceException($"Expected {_method} to fail with {expected}; it failed with {failure.Kind}: {failure.Message}", failure);
    }

    public IEnumerable<T> Contents<T>()
        where T : AIContent => Updates.SelectMany(static update => update.Contents).OfType<T>();
}
