using System.Globalization;
using Benchmarks.Quick;
using Microsoft.Extensions.AI;
using StreamingAdapters;

namespace Benchmarks.Stages;

/// <summary>What each stage and both modes cost per provider update, beside a bare pass-through in the same run.</summary>
internal sealed class StageTable
{
    private const string Format = "{0,-40} {1,9} {2,7} {3,9} {4,9} {5,7} {6,9}  {7}";

    private readonly StageCase _bare = new("bare pass-through iterator", builder => builder.Use(inner => new BarePassThrough(inner)));
    private readonly List<(StageCase Case, StageTarget? Target)> _rows = [];

    public StageTable()
    {
        Add("UseStreamingValidation", builder => builder.UseStreamingValidation(), OnlyLooks);
        Add("UseStreamingErrors", builder => builder.UseStreamingErrors(), OnlyLooks);
        Add("UseStreamingUsage", builder => builder.UseStreamingUsage());
        Add("UseStreamingMetadata", builder => builder.UseStreamingMetadata());
        Add("UseStreamingMetadata, chunks off", builder => builder.UseStreamingMetadata(options => options.Chunks = false));
        Add("UseStreamingCoalescing", builder => builder.UseStreamingCoalescing());
        Add("UseStreamingLimits", builder => builder.UseStreamingLimits(), OnlyLooks);
        Add("UseStreamingLimits, with permits", builder => builder.UseStreamingLimits(options => options.MaxConcurrency = 1), new StageTarget { Bytes = 0 });
        Add("UseStreamingTimeout", builder => builder.UseStreamingTimeout());
        Add("UseStreamingRecovery", builder => builder.UseStreamingRecovery(), new StageTarget { ReadyRatio = 2, AsynchronousRatio = 2, Bytes = 0 });
        Add("UseStreamingRecovery, hedging", builder => builder.UseStreamingRecovery(options => (options.Hedging.Enabled, options.Hedging.Delay) = (true, TimeSpan.FromMinutes(1))), new StageTarget { Bytes = 0 });
        Add("UseStreamingFallback", builder => builder.UseStreamingFallback(), OnlyLooks);
        Add("UseStreamingIntegrity", builder => builder.UseStreamingIntegrity(), OnlyLooks);
        Add("UseStreaming: Basic", builder => builder.UseStreaming(), new StageTarget { ReadyRatio = 3, AsynchronousRatio = 3, Bytes = 0 });
        Add("UseStreaming: Enhanced, coalescing off", builder => builder.UseStreaming(Enhanced(coalesces: false)), new StageTarget { ReadyNanoseconds = 600, AsynchronousNanoseconds = 1500, Bytes = 800 });
        Add("UseStreaming: Enhanced", builder => builder.UseStreaming(Enhanced(coalesces: true)), new StageTarget { ReadyNanoseconds = 300, Bytes = 250 });
    }

    public IEnumerable<Measurement> All => [_bare.Ready, _bare.Asynchronous, .. _rows.SelectMany(row => (Measurement[])[row.Case.Ready, row.Case.Asynchronous])];

    public void Print(TextWriter output)
    {
        output.WriteLine(Format, "per provider update", "ready ns", "/ bare", "bytes", "async ns", "/ bare", "bytes", "to reach");
        Print(output, _bare, "");
        foreach ((StageCase stage, StageTarget? target) in _rows)
        {
            Print(output, stage, target?.Judge(stage, _bare) ?? "");
        }
    }

    private static StreamingOptions Enhanced(bool coalesces) => new() { Mode = StreamingMode.Enhanced, Coalescing = { Enabled = coalesces } };

    private static StageTarget OnlyLooks => new() { ReadyRatio = 1.5, AsynchronousRatio = 1.5, Bytes = 0 };

    private void Add(string name, Func<ChatClientBuilder, ChatClientBuilder> build, StageTarget? target = null) => _rows.Add((new StageCase(name, build), target));

    private void Print(TextWriter output, StageCase row, string target) => output.WriteLine(
        Format,
        row.Ready.Name,
        Number(row.Ready.MedianNanoseconds),
        Number(Ratio(row.Ready, _bare.Ready)),
        Number(row.Ready.MedianBytes),
        Number(row.Asynchronous.MedianNanoseconds),
        Number(Ratio(row.Asynchronous, _bare.Asynchronous)),
        Number(row.Asynchronous.MedianBytes),
        target);

    private static double Ratio(Measurement row, Measurement bare) => row.MedianNanoseconds / bare.MedianNanoseconds;

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
