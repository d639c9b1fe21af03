using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Benchmarks.Quick;

/// <summary>The table of the README: every case on the same bytes, round by round in turn, so that the machine's moods hit all alike.</summary>
internal static class QuickBenchmark
{
    private const int Deltas = 100_000;
    private const int WarmUps = 5;
    private const int Rounds = 15;

    public static async Task RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        var cases = new DecodeCases(Deltas);
        var table = new QuickTable(cases, Deltas);
        for (int i = 0; i < WarmUps; i++)
        {
            foreach (Measurement measurement in table.All)
            {
                await measurement.WarmUpAsync(cases.Characters);
            }
        }

        for (int i = 0; i < Rounds; i++)
        {
            foreach (Measurement measurement in table.All)
            {
                await measurement.RunAsync(cases.Characters);
            }
        }

        Console.WriteLine($"{Deltas:N0} text deltas, {Rounds} rounds after {WarmUps} warm-ups; {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores");
        Console.WriteLine();
        table.Print(Console.Out);
        Console.WriteLine();
        Console.WriteLine($"Measured in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.");
    }
}
