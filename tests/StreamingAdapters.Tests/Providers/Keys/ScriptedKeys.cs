using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Providers.Keys;

/// <summary>Keys by a function of how many were asked for before; remembers what was reported of them, and hangs where it is told to, whatever its token says.</summary>
internal sealed class ScriptedKeys(Func<int, string?> next, bool hasAnother = false, int? hangsAt = null) : IApiKeyProvider
{
    private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asked;

    public List<(string Key, ChatErrorKind Kind)> Reports { get; } = [];

    /// <summary>Ends when it hangs.</summary>
    public Task Hangs => _hangs.Task;

    public ValueTask<string?> GetKeyAsync(CancellationToken cancellationToken)
    {
        int asked = _asked++;
        if (asked != hangsAt)
        {
            return new ValueTask<string?>(next(asked));
        }

        _hangs.SetResult();
        return new ValueTask<string?>(new TaskCompletionSource<string?>().Task);
    }

    public bool ReportFailure(string key, ChatAdapterException failure)
    {
        Reports.Add((key, failure.Kind));
        return hasAnother;
    }
}
