using System.Net;
using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers;

/// <summary>What an answer costs while it streams does not depend on its length.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    private const int AnswerBytes = 64 * 1024 * 1024;
    private static readonly byte[] Lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(OllamaLines.Hello, 100)));

    [Fact]
    public async Task GetStreamingResponseAsync_64MegabytesAnswer_KeepsTheHeapFlat()
    {
        using OllamaChatClient client = Client(AnswerBytes / Lines.Length);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long highest = 0;
        int updates = 0;

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("hello"))
        {
            if (updates++ % 100_000 == 0)
            {
                highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal((AnswerBytes / Lines.Length * 100) + 1, updates);
        Assert.True(highest < 1024 * 1024, $"The heap grew by {highest} bytes.");
    }

    [Fact]
    public async Task GetResponseAsync_ManyDeltas_AllocatesNoMoreThanTheStreamAndItsAggregation()
    {
        using OllamaChatClient client = Client(repetitions: 100);
        await WholeAsync();
        await AggregatedAsync();

        long whole = await AllocatedByAsync(WholeAsync);
        long aggregated = await AllocatedByAsync(AggregatedAsync);

        Assert.True(whole <= aggregated * 1.02, $"The call allocated {whole} bytes, the stream and its aggregation {aggregated}.");

        async Task WholeAsync() => Assert.NotEmpty((await client.GetResponseAsync("hello")).Text);

        async Task AggregatedAsync()
        {
            List<ChatResponseUpdate> updates = [];
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hello"))
            {
                updates.Add(update);
            }

            Assert.NotEmpty(updates.ToChatResponse().Text);
        }
    }

    // Everything is at hand, so nothing leaves the thread that counts.
    private static async Task<long> AllocatedByAsync(Func<Task> action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        int thread = Environment.CurrentManagedThreadId;
        await action();
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static OllamaChatClient Client(int repetitions) => new(new OllamaOptions { Model = "m" }, new HttpClient(new RepeatingHandler(repetitions)));

    private sealed class RepeatingHandler(int repetitions) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new RepeatingStream(repetitions)) });
    }

    private sealed class RepeatingStream(int repetitions) : ReadOnlyStream
    {
        private int _left = repetitions;
        private ReadOnlyMemory<byte> _rest;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.IsEmpty && _left >= 0)
            {
                _rest = _left-- > 0 ? Lines : Encoding.UTF8.GetBytes(OllamaLines.Done);
            }

            int count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return new(count);
        }
    }
}
