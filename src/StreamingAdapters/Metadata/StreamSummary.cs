using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>One answer in numbers.</summary>
/// <remarks>
/// All times are the model's: what the stage waited for its inner client, tools that run inside it included, never what the consumer took between two chunks.
/// </remarks>
public sealed record StreamSummary
{
    /// <summary>How the answer ended.</summary>
    public required StreamOutcome Outcome { get; init; }

    /// <summary>When the call was made.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From the call to the end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>From the call to the first content: text or reasoning that is not empty, a tool call, data.</summary>
    /// <value>Null without streaming, and when none came.</value>
    public TimeSpan? FirstContent { get; init; }

    /// <summary>The updates of the stream.</summary>
    /// <value>0 without streaming.</value>
    public long Chunks { get; init; }

    /// <summary>The text in bytes of UTF-8; reasoning does not count.</summary>
    public long Bytes { get; init; }

    /// <summary>The chunks behind the first content, by the time from it to the end.</summary>
    /// <value>Null when nothing followed the first content, or no time passed.</value>
    public double? ChunksPerSecond { get; init; }

    /// <summary>The output tokens, by the time from the first content to the end; without streaming, by the whole time.</summary>
    /// <value>Null when the provider did not say how many there were, or no time passed.</value>
    public double? TokensPerSecond { get; init; }

    /// <summary>The attempts that recovery logged, over all rounds.</summary>
    /// <value>1 when it logged none.</value>
    public int Attempts { get; init; } = 1;

    /// <summary>The provider's name.</summary>
    /// <value>Null when the inner client does not say it.</value>
    public string? Provider { get; init; }

    /// <summary>The model that answered; the one that was asked for where the answer names none.</summary>
    /// <value>Null when neither is known.</value>
    public string? Model { get; init; }

    /// <summary>The tokens of all rounds; of an answer that did not end, as far as the provider said.</summary>
    /// <value>Null when the provider said nothing.</value>
    public UsageDetails? Usage { get; init; }

    /// <summary>Why a failed answer failed: the name of the <see cref="Errors.ChatErrorKind"/>, or the exception's type where it has none.</summary>
    /// <value>Null when it did not fail.</value>
    public string? ErrorType { get; init; }
}
