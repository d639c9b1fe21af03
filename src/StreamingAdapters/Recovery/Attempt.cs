using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>One call of a route, from its beginning to its record. A hedge ends it from outside, so its state is behind a lock.</summary>
internal sealed class Attempt(Route route, string? model, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly long _start = timeProvider.GetTimestamp();
    private readonly UsageSum _usage = new();
    private TimeSpan? _duration;
    private ChatErrorKind? _kind;
    private TimeSpan? _retryAfter;
    private string? _decision;

    public Route Route => route;

    public string? Model => model;

    /// <summary>Whether this attempt gave the answer.</summary>
    public bool IsWinner { get; private set; }

    /// <summary>Takes up what an update says about usage; text that flows says nothing.</summary>
    public void Observe(ChatResponseUpdate update)
    {
        if (update.AdditionalProperties is null && update.Contents is [TextContent or TextReasoningContent])
        {
            return;
        }

        lock (_gate)
        {
            _usage.Observe(update);
        }
    }

    /// <summary>The attempt has content, or its whole answer: it gives the answer unless another was faster.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan Succeed()
    {
        lock (_gate)
        {
            return _duration ??= timeProvider.GetElapsedTime(_start);
        }
    }

    /// <summary>The attempt is the one whose answer is handed out.</summary>
    public void Win()
    {
        lock (_gate)
        {
            IsWinner = true;
        }
    }

    /// <summary>The attempt failed, also after it had won.</summary>
    /// <returns>Whether that is news: not when another attempt had outrun it.</returns>
    public bool TryFail(ChatErrorKind kind, TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            if (_kind is not null)
            {
                return false;
            }

            (_kind, _retryAfter, _duration) = (kind, retryAfter, timeProvider.GetElapsedTime(_start));
            return true;
        }
    }

    /// <summary>Another attempt won, or the caller gave up: whatever comes of this one is of no use.</summary>
    /// <returns>Whether it was running or had content until now.</returns>
    public bool Abandon()
    {
        lock (_gate)
        {
            if (IsWinner || _kind is not null)
            {
                return false;
            }

            (_kind, _duration) = (ChatErrorKind.Cancelled, timeProvider.GetElapsedTime(_start));
            return true;
        }
    }

    public void Decide(string decision)
    {
        lock (_gate)
        {
            _decision = decision;
        }
    }

    public AttemptRecord ToRecord()
    {
        lock (_gate)
        {
            return new AttemptRecord
            {
                Route = route.LogName,
                Provider = route.Provider,
                Model = model,
                Kind = _kind,
                Duration = _duration ?? timeProvider.GetElapsedTime(_start),
                RetryAfter = _retryAfter,
                Decision = IsWinner && _kind is null ? null : _decision,
                Usage = IsWinner && _kind is null ? null : _usage.Known,
                IsDelivered = IsWinner,
            };
        }
    }
}
