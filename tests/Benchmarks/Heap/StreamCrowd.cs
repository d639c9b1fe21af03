using System.Diagnostics;

namespace Benchmarks.Heap;

/// <summary>Opens the streams, lets them run, and weighs the heap.</summary>
internal sealed class StreamCrowd(ServerProcess server, Func<Action, CancellationToken, Task> read)
{
    public const int Streams = 1_000;
    private const int Weighings = 5;
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Running = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    // Written by all streams at once and read by none.
    public static readonly byte[] SharedBuffer = new byte[16 * 1024];

    private long _chunks;

    public async Task<HeapResult> MeasureAsync()
    {
        await WarmUpAsync();
        long before = Weigh();
        using var stop = new CancellationTokenSource();
        int opened = 0;
        Task[] streams = [.. Enumerable.Range(0, Streams).Select(_ => OpenAsync(() => Interlocked.Increment(ref opened), stop.Token))];
        using (var limit = new CancellationTokenSource(Opening))
        {
            while (Volatile.Read(ref opened) < Streams)
            {
                await Task.Delay(50, limit.Token);
            }
        }

        double perSecond = await RunAsync();
        double busy = await MedianAsync() - before;
        await server.SayAsync("pause");
        await Task.Delay(Settling);
        double idle = await MedianAsync() - before;
        await stop.CancelAsync();
        await Task.WhenAll(streams);
        return new HeapResult(idle / Streams / 1024, busy / Streams / 1024, perSecond / Streams);
    }

    // Everything that exists once per process, whatever the number of streams.
    private async Task WarmUpAsync()
    {
        using var stop = new CancellationTokenSource();
        Task stream = OpenAsync(() => { }, stop.Token);
        await Task.Delay(Settling);
        await stop.CancelAsync();
        await stream;
        await Task.Delay(Settling);
    }

    private async Task OpenAsync(Action onOpen, CancellationToken cancellationToken)
    {
        bool isOpen = false;
        try
        {
            await read(OnChunk, cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // Stopped, as asked.
        }

        void OnChunk()
        {
            Interlocked.Increment(ref _chunks);
            if (!isOpen)
            {
                isOpen = true;
                onOpen();
            }
        }
    }

    private async Task<double> RunAsync()
    {
        long chunks = Volatile.Read(ref _chunks);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(Running);
        return (Volatile.Read(ref _chunks) - chunks) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> MedianAsync()
    {
        var weights = new List<long>();
        for (int i = 0; i < Weighings; i++)
        {
            await Task.Delay(Settling);
            weights.Add(Weigh());
        }

        weights.Sort();
        return weights[Weighings / 2];
    }

    private static long Weigh() => GC.GetTotalMemory(forceFullCollection: true);
}
