using Microsoft.Extensions.AI;

namespace StreamingAdapters.Usage;

/// <summary>Totals that grow. Not thread-safe.</summary>
internal sealed class RunningTotals
{
    private readonly UsageDetails _usage = new();
    private long _answers;
    private long _cacheHits;
    private long _inexact;
    private long _inputError;
    private long _outputError;
    private decimal _cost;
    private long _unpriced;

    public void Add(UsageRecord record)
    {
        _answers++;
        if (record.IsCacheHit)
        {
            _cacheHits++;
            return;
        }

        _usage.Add(record.Usage);
        _inexact += record.Kind is UsageKind.Reported ? 0 : 1;
        _inputError += record.InputError;
        _outputError += record.OutputError;
        _cost += record.Cost ?? 0;
        _unpriced += record.Cost is null ? 1 : 0;
    }

    public UsageTotals Picture() => new(_usage)
    {
        Answers = _answers,
        CacheHits = _cacheHits,
        Inexact = _inexact,
        InputError = _inputError,
        OutputError = _outputError,
        Cost = _cost,
        Unpriced = _unpriced,
    };
}
