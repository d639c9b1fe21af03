using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers;

/// <summary>What is wrong with a provider's options: pure, all failures at once.</summary>
internal static class ProviderOptionsRules
{
    /// <exception cref="ChatValidationException">Something is wrong.</exception>
    public static void Check(ProviderOptions options, string? provider, string? apiKey, params ReadOnlySpan<string?> moreFailures)
    {
        List<string> failures = [.. Failures(options, options.GetType().Name, apiKey)];
        foreach (string? failure in moreFailures)
        {
            if (failure is not null)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new ChatValidationException(failures) { Provider = provider };
        }
    }

    private static IEnumerable<string> Failures(ProviderOptions options, string name, string? apiKey)
    {
        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
        {
            yield return $"{name}.{nameof(options.Endpoint)} must be an absolute http or https address, for example http://localhost:11434.";
        }

        if (options.MaxFrameBytes < 1)
        {
            yield return $"{name}.{nameof(options.MaxFrameBytes)} must be at least 1; it is {options.MaxFrameBytes}.";
        }

        if (options.TimeProvider is null || options.Headers is null)
        {
            yield return $"{name}.{nameof(options.TimeProvider)} and {name}.{nameof(options.Headers)} must not be null.";
        }

        if (!ApiKeys.CanBeSent(apiKey))
        {
            yield return $"{name}.{nameof(options.ApiKey)} (or the environment variable) holds characters that no header can carry; copy it again.";
        }

        if (options is { ApiKeyProvider: not null, ApiKey: not null })
        {
            yield return $"{name}.{nameof(options.ApiKey)} and {name}.{nameof(options.ApiKeyProvider)} are both set; keep one of them.";
        }

        foreach ((string header, string value) in options.Headers?.AsEnumerable() ?? [])
        {
            if (!CanCarry(header, value))
            {
                yield return $"{name}.{nameof(options.Headers)} holds '{header}', which is no request header, or has a value that none can carry.";
            }
        }
    }

    /// <summary>Whether a header can carry a text: a line break would begin another header.</summary>
    public static bool IsHeaderText(string? value) => value?.All(c => c is >= ' ' and <= '~') is true;

    private static bool CanCarry(string header, string? value)
    {
        using var request = new HttpRequestMessage();
        return IsHeaderText(value) && request.Headers.TryAddWithoutValidation(header, value);
    }
}
