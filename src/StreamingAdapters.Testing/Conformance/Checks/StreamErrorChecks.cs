using StreamingAdapters.Errors;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Errors inside a stream that had begun.</summary>
internal static class StreamErrorChecks
{
    private const int Chunks = 3;
    private const ConformanceFeatures Needs = FaultInjection | TypedErrors;

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("StreamErrors.AfterText", "An error inside the stream comes after all text before it, as one ChatProviderException without key or prompt.", Needs, AfterTextAsync),
        new("StreamErrors.BeforeText", "An error as the first frame fails without any text.", Needs, BeforeTextAsync),
        new("StreamErrors.EventError", "The event 'error' is one.", Needs | ServerSentEvents, context => FailsAfterTextAsync(context, ServerFault.EventError(Chunks))),
        new("StreamErrors.ErrorField", "A line 'error: {json}' is one.", Needs | ServerSentEvents, context => FailsAfterTextAsync(context, ServerFault.ErrorField(Chunks))),
        new("StreamErrors.ErrorObject", "A frame with \"object\":\"error\" is one.", Needs | ServerSentEvents, context => FailsAfterTextAsync(context, ServerFault.ErrorObject(Chunks))),
    ];

    private static async Task AfterTextAsync(CheckContext context)
    {
        string echo = ErrorChecks.Echo(context);

        ChatAdapterException error = await FailsAfterTextAsync(context, ServerFault.StreamError(Chunks, message: echo));

        Expect.Equal(ChatErrorKind.ServerError, error.Kind, "the exception's kind");
        ErrorChecks.ExpectNoLeak(context, error, echo);
        context.Server.Enqueue(ServerFault.StreamError(Chunks, message: echo));
        (await context.AskAsync(context.CreateClient(), streaming: false)).Failed(ChatErrorKind.ServerError);
    }

    private static async Task BeforeTextAsync(CheckContext context)
    {
        context.Server.Enqueue(ServerFault.StreamError(afterChunks: 0));

        ReadAnswer answer = await context.StreamAsync(context.CreateClient());

        answer.Failed(ChatErrorKind.ServerError);
        Expect.Equal("", answer.Text, "the text before the error");
    }

    private static async Task<ChatAdapterException> FailsAfterTextAsync(CheckContext context, ServerFault fault)
    {
        context.Server.Enqueue(fault);

        ReadAnswer answer = await context.StreamAsync(context.CreateClient());

        ChatAdapterException error = answer.Failed();
        Expect.Text(context.TextOf(words: Chunks), answer.Text, "text before the error");
        Expect.That(error is ChatProviderException, $"Expected a {nameof(ChatProviderException)}; got {error.GetType().Name} ({error.Kind}).");
        return error;
    }
}
