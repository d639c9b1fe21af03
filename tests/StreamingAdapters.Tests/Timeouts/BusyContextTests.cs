using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;
using StreamingAdapters.Timeouts;

namespace StreamingAdapters.Tests.Timeouts;

/// <summary>An update may arrive while the consumer's context is busy: that time is the consumer's.</summary>
public sealed class BusyContextTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Stream_ContextIsBusyWhenTheUpdateArrives_ItsTimeDoesNotCount()
    {
        var context = new HeldContext();
        using var inner = new ContextFreeChatClient(_time);
        using var client = new StreamingTimeoutChatClient(inner, new StreamingTimeoutOptions { Total = TimeSpan.FromSeconds(10) }, _time);

        Task<string> reading = context.Run(() => ReadAsync(client));
        while (!reading.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(60));
            context.RunWhatWaits();
        }

        Assert.Equal("abc", await reading);
    }

    private static async Task<string> ReadAsync(StreamingTimeoutChatClient client)
    {
        string text = "";
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi"))
        {
            text += update.Text;
        }

        return text;
    }

    // A library's client, which does not come back to the consumer's context: three letters, a second apart.
    private sealed class ContextFreeChatClient(TimeProvider timeProvider) : DelegatingChatClient(new ScriptedChatClient(StreamScript.New()))
    {
        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (string letter in (string[])["a", "b", "c"])
            {
                await Task.Delay(TimeSpan.FromSeconds(1), timeProvider, cancellationToken).ConfigureAwait(false);
                yield return new ChatResponseUpdate(ChatRole.Assistant, letter);
            }
        }
    }

    // Runs nothing until it is told to.
    private sealed class HeldContext : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _waiting = new();

        public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

        public Task<string> Run(Func<Task<string>> read) => Within(read);

        public void RunWhatWaits()
        {
            while (_waiting.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
            {
                Within<object?>(() =>
                {
                    next.Callback(next.State);
                    return null;
                });
            }
        }

        private T Within<T>(Func<T> run)
        {
            SynchronizationContext? before = Current;
            SetSynchronizationContext(this);
            try
            {
                return run();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }
}
