using Benchmarks.Quick;
using Microsoft.Extensions.AI;

namespace Benchmarks.Stages;

/// <summary>One pipeline over a ready and an asynchronous source.</summary>
internal sealed class StageCase
{
    private const int Updates = 1_000;
    private const int Streams = 100;

    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "Hello")];
    private static readonly ChatResponseUpdate[] Answer = ReadySource.Answer(Updates);

    public StageCase(string name, Func<ChatClientBuilder, ChatClientBuilder> build)
    {
        var source = new AsynchronousSource(Answer);
        IChatClient overReady = build(new ReadySource(Answer).AsBuilder()).Build();
        IChatClient overAsynchronous = build(source.AsBuilder()).Build();
        Ready = new Measurement(name, () => ReadAsync(overReady), Updates * Streams);
        Asynchronous = new Measurement(name, () => source.RunAsync(() => ReadAsync(overAsynchronous)), Updates * Streams);
    }

    /// <summary>The characters that every reader must find.</summary>
    public static long Characters { get; } = Streams * Answer.Sum(update => (long)update.Text.Length);

    public Measurement Ready { get; }

    public Measurement Asynchronous { get; }

    private static async Task<long> ReadAsync(IChatClient client)
    {
        long characters = 0;
        for (int stream = 0; stream < Streams; stream++)
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Messages).ConfigureAwait(false))
            {
                IList<AIContent> contents = update.Contents;
                for (int index = 0; index < contents.Count; index++)
                {
                    characters += contents[index] is TextContent text ? text.Text.Length : 0;
                }
            }
        }

        return characters;
    }
}
