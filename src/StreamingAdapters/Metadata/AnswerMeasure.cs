using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Metadata;

/// <summary>Measures one answer: counts what passes, and times the waits for the inner client alone.</summary>
/// <remarks>For one answer; not thread-safe.</remarks>
internal sealed class AnswerMeasure
{
    private readonly TimeProvider _timeProvider;
    private readonly DateTimeOffset _startedAt;
    private readonly long _start;
    private readonly UsageSum _usage = new();

    // Where the last wait began, or ended when it is over.
    private long _mark;
    private long _waited;
    private long _waitedBeforeChunk;
    private long _bytes;
    private long _chunksAfterFirstContent;
    private TimeSpan? _firstContent;
    private UsageDetails? _responseUsage;
    private int _attempts;
    private int _attemptsOfRound;

    public AnswerMeasure(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _startedAt = timeProvider.GetUtcNow();
        _start = timeProvider.GetTimestamp();
    }

    /// <summary>The provider's name, of the route that answered where recovery or a router says so; null when it is not known.</summary>
    public string? Provider { get; private set; }

    /// <summary>Whether it is known who was asked.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>The model that was asked for; null when it is not known.</summary>
    public string? RequestedModel { get; private set; }

    /// <summary>What the last chunk's metadata was made from; null before the first.</summary>
    public ChunkPrototype? Prototype { get; set; }

    /// <summary>The chunks so far.</summary>
    public long Chunks { get; private set; }

    /// <summary>The last chunk's text in bytes of UTF-8.</summary>
    public int Size { get; private set; }

    /// <summary>The model that was named last; the one that was asked for while none was.</summary>
    public string? Model { get; private set; }

    /// <summary>The id of the response that the last updates belong to.</summary>
    public string? ResponseId { get; private set; }

    /// <summary>What was waited so far.</summary>
    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(0, _waited);

    /// <summary>What was waited between the last chunk and the one before.</summary>
    public TimeSpan Gap { get; private set; }

    /// <summary>When the last wait ended, by the wall's clock at the start and the time since.</summary>
    public DateTimeOffset Arrival => _startedAt + _timeProvider.GetElapsedTime(_start, _mark);

    /// <summary>Who was asked, and for what: known when the first wait is over, since a router chooses within it.</summary>
    public void Asked(string? provider, string? model)
    {
        IsAsked = true;
        (Provider, RequestedModel, Model) = (provider, model, model);
    }

    /// <summary>The wait for the inner client begins.</summary>
    public void StartWait() => _mark = _timeProvider.GetTimestamp();

    /// <summary>The wait is over.</summary>
    public void StopWait()
    {
        long now = _timeProvider.GetTimestamp();
        _waited += now - _mark;
        _mark = now;
    }

    /// <summary>Counts an update as a chunk.</summary>
    public void Count(ChatResponseUpdate update)
    {
        _usage.Observe(update);
        Chunks++;
        Gap = _timeProvider.GetElapsedTime(_waitedBeforeChunk, _waited);
        _waitedBeforeChunk = _waited;
        Name(update.ModelId, update.ResponseId);
        Size = SizeOf(update.Contents);
        _bytes += Size;
        CountContent(update);
        Provider = ProviderOf(update.AdditionalProperties) ?? Provider;
        if (update.AdditionalProperties?.TryGetValue(StreamingKeys.Attempts, out object? attempts) is true)
        {
            _attemptsOfRound = PropertyReader.Members(attempts)?.Count ?? 0;
            _attempts += _attemptsOfRound;
            Provider = ProviderOf(AttemptRecord.ReadFrom(update.AdditionalProperties)) ?? Provider;
        }

        if (update.FinishReason is not null)
        {
            _attemptsOfRound = 0;
        }
    }

    /// <summary>Takes over a whole answer.</summary>
    public void Take(ChatResponse response)
    {
        Name(response.ModelId, response.ResponseId);
        _responseUsage = response.Usage;
        _bytes = response.Messages.Sum(message => (long)SizeOf(message.Contents));
        IReadOnlyList<AttemptRecord> attempts = AttemptRecord.ReadFrom(response.AdditionalProperties);
        _attempts = attempts.Count;
        Provider = ProviderOf(attempts) ?? ProviderOf(response.AdditionalProperties) ?? Provider;
    }

    /// <summary>The answer in numbers, at its end.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="exception">What ended it; null when nothing was thrown.</param>
    public StreamSummary Summarize(StreamOutcome outcome, Exception? exception)
    {
        TimeSpan pace = Elapsed - (_firstContent ?? TimeSpan.Zero);

        // The counts of an update belong to the consumer, who may change them.
        UsageDetails? usage = (_responseUsage ?? _usage.Known) is { } known ? Usages.Copy(known) : null;
        return new StreamSummary
        {
            Outcome = outcome,
            StartedAt = _startedAt,
            Duration = Elapsed,
            FirstContent = _firstContent,
            Chunks = Chunks,
            Bytes = _bytes,
            ChunksPerSecond = PerSecond(_chunksAfterFirstContent > 0 ? _chunksAfterFirstContent : null, pace),
            TokensPerSecond = PerSecond(usage?.OutputTokenCount, pace),
            Attempts = Math.Max(1, AttemptsUntil(exception)),
            Provider = Provider,
            Model = Model,
            Usage = usage,
            ErrorType = outcome is StreamOutcome.Failed && exception is not null ? TypeOf(exception) : null,
        };
    }

    // Azure OpenAI's first chunk, of its filters alone, has an empty model and an empty id.
    private void Name(string? model, string? responseId)
    {
        Model = string.IsNullOrEmpty(model) ? Model : model;
        ResponseId = string.IsNullOrEmpty(responseId) ? ResponseId : responseId;
    }

    private void CountContent(ChatResponseUpdate update)
    {
        if (_firstContent is not null)
        {
            _chunksAfterFirstContent++;
        }
        else if (SemanticContent.IsIn(update))
        {
            _firstContent = Elapsed;
        }
    }

    private static int SizeOf(IList<AIContent> contents)
    {
        int size = 0;
        for (int index = 0; index < contents.Count; index++)
        {
            if (contents[index] is TextContent text)
            {
                size += Encoding.UTF8.GetByteCount(text.Text);
            }
        }

        return size;
    }

    // A failure repeats the attempts of its round that an update has told of.
    private int AttemptsUntil(Exception? exception)
    {
        int told = exception is null ? 0 : AttemptRecord.ReadFrom(exception).Count;
        return told > 0 ? _attempts - _attemptsOfRound + told : _attempts;
    }

    // A router within says which provider it chose.
    private static string? ProviderOf(AdditionalPropertiesDictionary? properties) => PropertyReader.Text(properties?.GetValueOrDefault(StreamingKeys.Provider));

    private static string? ProviderOf(IReadOnlyList<AttemptRecord> attempts) => attempts is [.., var last] ? last.Provider : null;

    private static double? PerSecond(long? count, TimeSpan time) => time > TimeSpan.Zero ? count / time.TotalSeconds : null;

    private static string TypeOf(Exception exception) => ChatErrorMapper.Map(exception)?.Kind.ToString() ?? exception.GetType().ToString();
}
