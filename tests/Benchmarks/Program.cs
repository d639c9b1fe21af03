using System.Globalization;
using BenchmarkDotNet.Running;
using Benchmarks;
using Benchmarks.Connections;
using Benchmarks.Crowd;
using Benchmarks.Heap;
using Benchmarks.Quick;

switch (args)
{
    case ["quick"]:
        await QuickBenchmark.RunAsync();
        return 0;
    case ["decoding"]:
        await QuickBenchmark.RunDecodingAsync();
        return 0;
    case ["stages"]:
        await QuickBenchmark.RunStagesAsync();
        return 0;
    case ["crowd"]:
        await CrowdBenchmark.RunAsync();
        return 0;
    case ["connections"]:
        await ConnectionsBenchmark.RunAsync();
        return 0;
    case ["heap"]:
        await HeapBenchmark.RunAsync();
        return 0;
    case ["serve", var port]:
        await PacedServer.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["bdn"]:
        BenchmarkRunner.Run<DecodeBenchmarks>();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Say one of: quick, decoding, stages, crowd, connections, heap, bdn. (heap starts its own server with serve PORT.)");
        return 2;
}
