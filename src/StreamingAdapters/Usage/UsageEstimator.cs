using StreamingAdapters.Streams;

namespace StreamingAdapters.Usage;

/// <summary>Estimates tokens from bytes of UTF-8, by what each model's finished answers taught. Thread-safe.</summary>
internal sealed class UsageEstimator(TimeProvider timeProvider)
{
    private const int MaxModels = 100;

    private readonly Lock _gate = new();
    private readonly BoundedMap<string, ModelRatios> _models = new(MaxModels, lifetime: null, timeProvider);

    public TokenEstimate Input(string? model, long bytes)
    {
        lock (_gate)
        {
            return RatiosOf(model).Input.Estimate(bytes);
        }
    }

    public TokenEstimate Output(string? model, long bytes)
    {
        lock (_gate)
        {
            return RatiosOf(model).Output.Estimate(bytes);
        }
    }

    public void LearnInput(string? model, long bytes, long? tokens)
    {
        lock (_gate)
        {
            RatiosOf(model).Input.Learn(bytes, tokens ?? 0);
        }
    }

    public void LearnOutput(string? model, long bytes, long? tokens)
    {
        lock (_gate)
        {
            RatiosOf(model).Output.Learn(bytes, tokens ?? 0);
        }
    }

    private ModelRatios RatiosOf(string? model)
    {
        if (_models.TryGet(model ?? "", out ModelRatios? ratios))
        {
            return ratios;
        }

        ratios = new ModelRatios();
        _models.Set(model ?? "", ratios);
        return ratios;
    }
}
