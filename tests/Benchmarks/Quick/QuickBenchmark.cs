using System.Diagnostics;
using System.Runtime.InteropServices;
using Benchmarks.Stages;

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
        var decoding = new QuickTable(cases, Deltas);
        await MeasureAsync(decoding.All, cases.Characters);
        var stages = new StageTable();
        await MeasureAsync([.. stages.All], StageCase.Characters);

        Console.WriteLine($"{Deltas:N0} text deltas, {Rounds} rounds after {WarmUps} warm-ups; {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores");
        Console.WriteLine();
        decoding.Print(Console.Out);
        Console.WriteLine();
        stages.Print(Console.Out);
        Console.WriteLine();
        Console.WriteLine($"Measured in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.");
    }

    /// <summary>The decoding alone, for a change of one.</summary>
    public static async Task RunDecodingAsync()
    {
        var cases = new DecodeCases(Deltas);
        var decoding = new QuickTable(cases, Deltas);
        await MeasureAsync(decoding.All, cases.Characters);
        decoding.Print(Console.Out);
    }

    /// <summary>The stages alone, for a change of one.</summary>
    public static async Task RunStagesAsync()
    {
        var stages = new StageTable();
        await MeasureAsync([.. stages.All], StageCase.Characters);
        stages.Print(Console.Out);
    }

    private static async Task MeasureAsync(IReadOnlyList<Measurement> all, long characters)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            foreach (Measurement measurement in all)
            {
                await measurement.WarmUpAsync(characters);
            }
        }

        for (int i = 0; i < Rounds; i++)
        {
            foreach (Measurement measurement in all)
            {
                await measurement.RunAsync(characters);
            }
        }
    }
}
