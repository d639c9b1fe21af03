using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Null, empty and unusual arguments.</summary>
internal static class ArgumentChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new(
            "Arguments.NullMessagesStreaming", "Null messages throw ArgumentNullException when GetStreamingResponseAsync is called, not when its result is enumerated.",
            NullMessagesStreaming),
        new("Arguments.NullMessages", "Null messages make GetResponseAsync throw ArgumentNullException.", NullMessagesAsync),
        new("Arguments.EmptyMessages", "An empty list of messages ends in an answer or a typed exception, by either method, and never hangs.", EmptyMessagesAsync),
        new("Arguments.NullOptions", "Null options are answered like empty ones.", NullOptionsAsync),
        new("Arguments.SingleUseMessages", "A sequence of messages that can be enumerated once is enough, for either method.", SingleUseMessagesAsync),
    ];

    private static Task NullMessagesStreaming(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        try
        {
            client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!, context.Options(), context.CancellationToken);
        }
        catch (ArgumentNullException e)
        {
            Expect.Equal("messages", e.ParamName, "the exception's ParamName");
            return Task.CompletedTask;
        }

        throw new ConformanceException("Expected GetStreamingResponseAsync(null) to throw ArgumentNullException at the call; it returned a sequence.");
    }

    private static async Task NullMessagesAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();

        ArgumentNullException error = await Expect.ThrowsAsync<ArgumentNullException>(
            () => client.GetResponseAsync((IEnumerable<ChatMessage>)null!, context.Options(), context.CancellationToken), "GetResponseAsync(null)");

        Expect.Equal("messages", error.ParamName, "the exception's ParamName");
    }

    private static async Task EmptyMessagesAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            ReadAnswer answer = await context.AskAsync(client, streaming, messages: []);

            Expect.That(
                answer.Error is null or ArgumentException or ChatAdapterException || !context.Has(ConformanceFeatures.TypedErrors),
                $"Expected an answer, an ArgumentException or a {nameof(ChatAdapterException)} for an empty list of messages; got {answer.Error?.GetType().Name}: {answer.Error?.Message}");
        }
    }

    private static async Task NullOptionsAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();

        ReadAnswer streamed = await ReadAnswer.ReadAsync(client.GetStreamingResponseAsync(CheckContext.Messages(), options: null, context.CancellationToken), "GetStreamingResponseAsync");
        ReadAnswer whole = await ReadAnswer.ReadAsync(client.GetResponseAsync(CheckContext.Messages(), options: null, context.CancellationToken), "GetResponseAsync");

        Expect.That(streamed.Whole().Text.Length > 0 && whole.Whole().Text.Length > 0, "Expected text without options from either method; there was none.");
    }

    private static async Task SingleUseMessagesAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            ReadAnswer answer = await context.AskAsync(client, streaming, messages: Once(CheckContext.Messages()));

            Expect.That(answer.Whole().Text.Length > 0, "Expected text in answer to a single-use sequence of messages; there was none.");
        }
    }

    private static IEnumerable<ChatMessage> Once(IEnumerable<ChatMessage> messages)
    {
        var used = new StrongBox<bool>();
        return Enumerate();

        IEnumerable<ChatMessage> Enumerate()
        {
            Expect.That(!used.Value, "Expected the messages to be enumerated once for a request; they were enumerated again.");
            used.Value = true;
            foreach (ChatMessage message in messages)
            {
                yield return message;
            }
        }
    }
}
