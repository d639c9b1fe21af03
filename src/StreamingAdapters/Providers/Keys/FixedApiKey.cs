using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.Keys;

/// <summary>The one key of an option or a variable, or none.</summary>
internal sealed class FixedApiKey(string? key) : IApiKeyProvider
{
    public ValueTask<string?> GetKeyAsync(CancellationToken cancellationToken) => new(key);

    public bool ReportFailure(string key, ChatAdapterException failure) => false;
}
