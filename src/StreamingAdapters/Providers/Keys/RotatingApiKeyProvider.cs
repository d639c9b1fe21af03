using StreamingAdapters.Errors;
using StreamingAdapters.Providers;
using StreamingAdapters.Settings;

namespace StreamingAdapters;

/// <summary>Takes several keys in turn, and leaves one alone for a while that is rate-limited, used up or rejected.</summary>
/// <remarks>
/// Thread-safe. How long is decided by the failure's kind (<see cref="ApiKeyRotationOptions"/>); other failures are not the key's, and change nothing. While every key
/// has to wait, the one is given that is free first: the provider has the last word.
/// </remarks>
public sealed class RotatingApiKeyProvider : IApiKeyProvider
{
    private readonly Lock _lock = new();
    private readonly string[] _keys;
    private readonly DateTimeOffset[] _freeAt;
    private readonly ApiKeyRotationOptions _options;
    private int _next;

    /// <summary>Creates the provider.</summary>
    /// <param name="keys">The keys in order; blanks around one do not count, nor does a key that was there before.</param>
    /// <param name="options">How long a key is left alone; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="keys"/> is null.</exception>
    /// <exception cref="ChatValidationException">There is no key, one is empty or holds characters that no header can carry, or a time is not positive.</exception>
    public RotatingApiKeyProvider(IEnumerable<string> keys, ApiKeyRotationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _options = options ?? new ApiKeyRotationOptions();
        _keys = [.. keys.Select(key => key?.Trim() ?? "").Distinct(StringComparer.Ordinal)];
        _freeAt = new DateTimeOffset[_keys.Length];
        string[] failures = [.. Failures()];
        if (failures.Length > 0)
        {
            throw new ChatValidationException(failures);
        }
    }

    /// <inheritdoc/>
    public ValueTask<string?> GetKeyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            int chosen = FirstFree(_options.TimeProvider.GetUtcNow());
            _next = (chosen + 1) % _keys.Length;
            return new ValueTask<string?>(_keys[chosen]);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="failure"/> is null.</exception>
    public bool ReportFailure(string key, ChatAdapterException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        int index = Array.IndexOf(_keys, key);
        if (index < 0 || CooldownOf(failure) is not { } cooldown)
        {
            return false;
        }

        lock (_lock)
        {
            DateTimeOffset now = _options.TimeProvider.GetUtcNow();
            DateTimeOffset until = cooldown < DateTimeOffset.MaxValue - now ? now + cooldown : DateTimeOffset.MaxValue;
            _freeAt[index] = until > _freeAt[index] ? until : _freeAt[index];
            return _freeAt.Any(free => free <= now);
        }
    }

    private IEnumerable<string> Failures()
    {
        if (_keys.Length == 0 || _keys.Contains("", StringComparer.Ordinal))
        {
            yield return "A rotation of API keys needs at least one key, and none that is empty.";
        }

        for (int i = 0; i < _keys.Length; i++)
        {
            if (!ApiKeys.CanBeSent(_keys[i]))
            {
                yield return $"The API key at position {i + 1} holds characters that no header can carry; copy it again.";
            }
        }

        var failures = new SettingsFailures(nameof(ApiKeyRotationOptions));
        ((IStageOptions)_options).Validate(failures);
        foreach (string failure in failures.All)
        {
            yield return failure;
        }
    }

    private int FirstFree(DateTimeOffset now)
    {
        int soonest = _next;
        for (int i = 0; i < _keys.Length; i++)
        {
            int candidate = (_next + i) % _keys.Length;
            if (_freeAt[candidate] <= now)
            {
                return candidate;
            }

            soonest = _freeAt[candidate] < _freeAt[soonest] ? candidate : soonest;
        }

        return soonest;
    }

    private TimeSpan? CooldownOf(ChatAdapterException failure) => failure.Kind switch
    {
        ChatErrorKind.RateLimited => failure.RetryAfter ?? _options.RateLimited,
        ChatErrorKind.QuotaExhausted => failure.RetryAfter > _options.QuotaExhausted ? failure.RetryAfter : _options.QuotaExhausted,
        ChatErrorKind.Authentication => _options.Rejected,
        _ => null,
    };
}
