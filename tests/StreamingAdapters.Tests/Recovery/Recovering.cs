using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>What the tests of recovery share: failures, answers, calls, and a clock that moves as long as somebody waits for it.</summary>
internal static class Recovering
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ChatProviderException Failure(ChatErrorKind kind, TimeSpan? retryAfter = null) => new(kind, $"It was {kind}.") { RetryAfter = retryAfter };

    /// <summary>An attempt that fails in front of its content.</summary>
    public static StreamScript Failing(ChatErrorKind kind, TimeSpan? retryAfter = null) => StreamScript.New().Text("").Fault(Failure(kind, retryAfter));

    public static StreamScript Answering(string text) => StreamScript.New().Text("").Text(text).Usage(10, 2).Finish();

    /// <summary>A route of its own name and model.</summary>
    public static RecoveryRoute RouteTo(IChatClient client, string name) => new() { Name = name, Client = client };

    /// <summary>One call, one attempt for each route.</summary>
    public static void WithoutRetries(StreamingRecoveryOptions options)
    {
        foreach (ChatErrorKind kind in Enum.GetValues<ChatErrorKind>())
        {
            options.Rules[kind] = options.Rules[kind] with { Retries = 0 };
        }
    }

    /// <summary>Asks on a thread without a context, so that what waits for the clock goes on inside its <see cref="ManualTimeProvider.Advance"/>.</summary>
    public static Task<ChatResponse> AskAsync(this IChatClient client, bool streaming, ChatOptions? options = null, CancellationToken cancellationToken = default) => Task.Run(
        () => streaming
            ? client.GetStreamingResponseAsync("hi", options, cancellationToken).ToChatResponseAsync(CancellationToken.None)
            : client.GetResponseAsync("hi", options, cancellationToken),
        CancellationToken.None);

    /// <summary>Reads to the end or the failure, and keeps what came.</summary>
    public static Task<List<ChatResponseUpdate>> ReadAsync(
        this IChatClient client, List<ChatResponseUpdate>? received = null, ChatOptions? options = null, CancellationToken cancellationToken = default) => Task.Run(
        async () =>
        {
            received ??= [];
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", options, cancellationToken))
            {
                received.Add(update);
            }

            return received;
        },
        CancellationToken.None);

    public static string TextOf(IEnumerable<ChatResponseUpdate> updates) => string.Concat(updates.Select(update => update.Text));

    /// <summary>Moves the clock each time something waits for it, until a task is over.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="running">The task.</param>
    /// <param name="step">How far it is moved each time.</param>
    /// <param name="timers">How many timers have to be set before it is moved first.</param>
    public static Task AdvanceWhileAsync(this ManualTimeProvider time, Task running, TimeSpan step, int timers = 1) => Task.Run(
        async () =>
        {
            await Task.WhenAny(running, time.WaitForTimersAsync(timers, Token));
            while (!running.IsCompleted)
            {
                Task waits = time.WaitForTimersAsync(1, Token);
                if (await Task.WhenAny(running, waits) == waits)
                {
                    time.Advance(step);
                    await Task.Yield();
                }
            }
        },
        Token);
}
