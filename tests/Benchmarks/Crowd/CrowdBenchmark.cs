using System.Diagnostics;
using Microsoft.Extensions.AI;
using StreamingAdapters;

namespace Benchmarks.Crowd;

/// <summary>10,000 paced streams at once in one process: no text lost, what a stream holds, how many threads there are.</summary>
internal static class CrowdBenchmark
{
    private const int Streams = 10_000;
    private const int Words = 40;
    private const int WeighedAfter = 20;
    private const double LimitKilobytes = 3;

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);
    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "Hello")];
    private static readonly string Answer = string.Concat(Enumerable.Range(0, Words).Select(PacedSource.Word));

    public static async Task RunAsync()
    {
        Console.WriteLine($"{Streams:N0} streams, {1 / Round.TotalSeconds:F0} updates/s each    KB/stream  beyond that and text  threads  texts lost  us of CPU/update  to reach");
        CrowdResult bare = await MeasureAsync("no stage at all", builder => builder, bare: null);
        await MeasureAsync("Basic", builder => builder.UseStreaming(), bare);
        await MeasureAsync("Enhanced", builder => builder.UseStreaming(options => options.Mode = StreamingMode.Enhanced), bare);
    }

    private static async Task<CrowdResult> MeasureAsync(string name, Func<ChatClientBuilder, ChatClientBuilder> build, CrowdResult? bare)
    {
        await RunOnceAsync(build, streams: 10);
        CrowdResult result = await RunOnceAsync(build, Streams);
        double beyond = bare is null ? 0 : result.Kilobytes - bare.Kilobytes - TextKilobytes;
        string target = bare is null ? "" : $"<= {LimitKilobytes} KB, none lost, no thread per stream: {(beyond <= LimitKilobytes && result.Lost == 0 && result.Threads < 100 ? "pass" : "MISS")}";
        Console.WriteLine($"{name,-38} {result.Kilobytes,10:F2} {beyond,21:F2} {result.Threads,8} {result.Lost,11} {result.Microseconds,17:F2}  {target}");
        return result;
    }

    // What was answered when the heap is weighed: the partial text that the errors stage keeps, two bytes a character.
    private static double TextKilobytes => 2.0 * Enumerable.Range(0, WeighedAfter).Sum(index => PacedSource.Word(index).Length) / 1024;

    private static async Task<CrowdResult> RunOnceAsync(Func<ChatClientBuilder, ChatClientBuilder> build, int streams)
    {
        var source = new PacedSource(Words);
        using IChatClient client = build(source.AsBuilder()).Build();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Task<bool>[] readers = [.. Enumerable.Range(0, streams).Select(_ => Task.Run(() => ReadAsync(client)))];
        await Task.Delay(Round);

        TimeSpan processor = Environment.CpuUsage.TotalTime;
        int threads = 0;
        for (int round = 0; round < WeighedAfter; round++)
        {
            await source.BeatAsync(Round);
            threads = Math.Max(threads, Process.GetCurrentProcess().Threads.Count);
        }

        processor = Environment.CpuUsage.TotalTime - processor;
        await Task.Delay(Round);
        double kilobytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / streams;
        while (!readers.All(reader => reader.IsCompleted))
        {
            await source.BeatAsync(Round / 10);
        }

        bool[] whole = await Task.WhenAll(readers);
        return new CrowdResult(kilobytes, threads, whole.Count(isWhole => !isWhole), processor.TotalMicroseconds / streams / WeighedAfter);
    }

    // Compared as it comes, since a text that is kept would be weighed too.
    private static async Task<bool> ReadAsync(IChatClient client)
    {
        int length = 0;
        bool isEqual = true;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Messages).ConfigureAwait(false))
        {
            string text = update.Text;
            isEqual &= length + text.Length <= Answer.Length && Answer.AsSpan(length, text.Length).SequenceEqual(text);
            length += text.Length;
        }

        return isEqual && length == Answer.Length;
    }
}
