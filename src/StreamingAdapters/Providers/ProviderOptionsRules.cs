using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers;

/// <summary>What is wrong with a provider's options: pure, all failures at once.</summary>
internal static class ProviderOptionsRules
{
    /// <exception cref="ChatValidationException">Something is wrong.</exception>
    public static void Check(ProviderOptions options, params ReadOnlySpan<string?> moreFailures)
    {
        string name = options.GetType().Name;
        List<string> failures = [];
        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
        {
            failures.Add($"{name}.{nameof(options.Endpoint)} must be an absolute http or https address, for example http://localhost:11434.");
        }

        if (options.MaxFrameBytes < 1)
        {
            failures.Add($"{name}.{nameof(options.MaxFrameBytes)} must be at least 1; it is {options.MaxFrameBytes}.");
        }

        if (options.TimeProvider is null || options.Headers is null)
        {
            failures.Add($"{name}.{nameof(options.TimeProvider)} and {name}.{nameof(options.Headers)} must not be null.");
        }

        foreach (string? failure in moreFailures)
        {
            if (failure is not null)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new ChatValidationException(failures);
        }
    }
}
