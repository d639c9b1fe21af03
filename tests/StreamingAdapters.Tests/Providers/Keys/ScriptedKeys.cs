using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Providers.Keys;

/// <summary>Keys by a function of how many were asked for before; remembers what was reported of them.</summary>
internal sealed class ScriptedKeys(Func<int, string?> next, bool hasAnother = false) : IApiKeyProvider
{
    private int _asked;

    public List<(string Key, ChatErrorKind Kind)> Reports { get; } = [];

    public ValueTask<string?> GetKeyAsync(CancellationToken cancellationToken) => new(next(_asked++));

    public bool ReportFailure(string key, ChatAdapterException failure)
    {
        Reports.Add((key, failure.Kind));
        return hasAnother;
    }
}
