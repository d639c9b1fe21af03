using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers;

/// <summary>Frames to updates, for one answer. The base stamps the updates, joins text, sends usage once and knows how an answer ends.</summary>
internal abstract partial class StreamDecoder
{
    private readonly DeltaTemplate? _template;
    private DeltaText _text;
    private bool _isReasoning;
    private bool _isReasoningBegun;
    private bool _hasEnded;
    private List<AIContent>? _contents;
    private AdditionalPropertiesDictionary? _properties;
    private ChatFinishReason? _finishReason;
    private bool _isDue;
    private ReadOnlyMemory<byte> _eventName;
    private byte[] _learnedEventName = [];

    /// <param name="context">Whom errors speak of.</param>
    /// <param name="fastPath">Whether text deltas like the one before are recognised by comparing bytes; off only to prove that it changes nothing.</param>
    protected StreamDecoder(ErrorContext context, bool fastPath)
    {
        Context = context;
        _template = fastPath ? new DeltaTemplate() : null;
    }

    /// <summary>The terminal signal was decoded; nothing after it is read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What to throw once the updates before it are delivered.</summary>
    public ChatAdapterException? Failure { get; private set; }

    /// <summary>Whom errors speak of.</summary>
    protected ErrorContext Context { get; }

    /// <summary>The response's id, and so the message's; the first that is not empty, or one of our own where the first update has none.</summary>
    protected string? ResponseId { get; set; }

    /// <summary>The model that answers; the first that is not empty.</summary>
    protected string? ModelId { get; set; }

    /// <summary>What the next request names to go on from this answer; null where the server keeps none.</summary>
    protected string? ConversationId { get; set; }

    /// <summary>When the answer was made; the first that is known.</summary>
    protected DateTimeOffset? CreatedAt { get; set; }

    /// <summary>The last usage that the provider gave; sent once, at the end.</summary>
    protected UsageDetails? Usage { get; set; }

    /// <summary>The whole frame, for consumers who need more of it than an update has members for.</summary>
    protected object? RawRepresentation { get; set; }

    /// <summary>Whether the answer counts as whole when the body ends here.</summary>
    protected abstract bool MayEnd { get; }

    /// <summary>Where the answer can be taken up again behind the update being made; null where it cannot.</summary>
    protected virtual ResponseContinuationToken? ContinuationToken => null;

    /// <summary>The properties of reasoning that begins: neighbours are joined to one content later, which keeps those of the first.</summary>
    protected virtual AdditionalPropertiesDictionary? OfReasoning => null;

    /// <summary>Decodes a frame.</summary>
    /// <returns>The update it makes; null when it makes none.</returns>
    public ChatResponseUpdate? Decode(in Frame frame)
    {
        // A frame marked as something else (an error) may have the bytes of a delta.
        bool isPlain = frame.Kind == FrameKind.Data && frame.EventName.Span.SequenceEqual(_learnedEventName);
        if (isPlain && _template is not null && _template.TryMatch(frame.Data.Span, out ReadOnlySpan<byte> text))
        {
            AppendText(text, _isReasoning);
            return TakeUpdate();
        }

        _template?.Forget();
        _eventName = frame.EventName;
        try
        {
            DecodeFrame(in frame);
        }
        catch (JsonException e)
        {
            OnUnreadable(frame.IsTerminated, e);
        }

        return TakeUpdate();
    }

    /// <summary>The body has ended, or broke: the answer is whole, or fails.</summary>
    /// <param name="cause">How it broke; null for an orderly end.</param>
    /// <returns>What is left to deliver; null when nothing is.</returns>
    public ChatResponseUpdate? End(ChatAdapterException? cause)
    {
        // A connection that breaks behind the end takes nothing away; a frame that was too large did.
        if (MayEnd && cause?.Kind is not ChatErrorKind.BufferLimitExceeded)
        {
            Complete();
        }
        else
        {
            Fail(cause ?? Truncated());
        }

        return TakeUpdate();
    }

    /// <summary>Delivers what there is, then fails.</summary>
    public ChatResponseUpdate? FailWith(ChatAdapterException failure)
    {
        Fail(failure);
        return TakeUpdate();
    }

    /// <summary>Reads one frame into the update being made.</summary>
    /// <exception cref="JsonException">It is no JSON, or a known member has the wrong shape.</exception>
    protected abstract void DecodeFrame(in Frame frame);

    /// <summary>The answer is whole.</summary>
    protected virtual void Complete()
    {
        FlushText();
        IsComplete = true;
    }

    /// <summary>The answer failed; the first failure counts.</summary>
    protected void Fail(ChatAdapterException failure)
    {
        FlushText();
        Failure ??= failure;
    }

    /// <summary>Fails with an error object that the provider sent inside the stream.</summary>
    protected void FailWithError(JsonElement error) => Fail(ChatErrorMapper.FromError(ProviderErrorParser.Parse(error), Context));

    /// <summary>Fails because the answer ended in order and holds nothing.</summary>
    protected void FailAsEmpty() =>
        Fail(Broken(ChatErrorKind.EmptyResponse, $"'{Context.Provider}' sent a whole answer without any content; the prompt may be longer than the context that the model was loaded with."));

    /// <summary>Adds a delta of text or reasoning, given as the bytes of its JSON string.</summary>
    protected void AppendText(ReadOnlySpan<byte> escaped, bool isReasoning)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (isReasoning != _isReasoning)
        {
            FlushText();
            _isReasoning = isReasoning;
        }

        AddText(_text.Append(escaped), isReasoning);
    }

    /// <summary>Adds decoded text or reasoning; empty text adds nothing.</summary>
    protected virtual void AddText(string text, bool isReasoning)
    {
        if (text.Length == 0)
        {
            return;
        }

        Add(isReasoning ? new TextReasoningContent(text) { AdditionalProperties = _isReasoningBegun ? null : OfReasoning } : new TextContent(text));
        _isReasoningBegun = isReasoning;
    }

    /// <summary>Hands on what the running block of text holds back.</summary>
    protected virtual void FlushText()
    {
        AddText(_text.Flush(), _isReasoning);
        _isReasoningBegun = false;
    }

    /// <summary>Adds what is told once, whole or as far as it came, at the end of the answer or in front of its failure.</summary>
    protected virtual void AddLast()
    {
    }

    /// <summary>Adds a content to the update being made.</summary>
    protected void Add(AIContent content) => (_contents ??= new List<AIContent>(1)).Add(content);

    /// <summary>Makes an update of this frame, also without contents.</summary>
    protected void SendUpdate() => _isDue = true;

    /// <summary>Sets the finish reason on the update being made.</summary>
    protected void SetFinishReason(ChatFinishReason reason, string raw)
    {
        FlushText();
        _finishReason = reason;
        if (reason.Value != raw)
        {
            SetProperty(StreamingKeys.FinishReasonRaw, raw);
        }
    }

    /// <summary>Remembers this frame as the shape of the next text deltas. Only for a frame that, seen again, would add its text and nothing else.</summary>
    protected void Learn(ReadOnlySpan<byte> frame, JsonSlice text, params ReadOnlySpan<JsonSlice> unread)
    {
        _template?.Learn(frame, text, unread);
        if (!_eventName.Span.SequenceEqual(_learnedEventName))
        {
            _learnedEventName = _eventName.ToArray();
        }
    }

    private void OnUnreadable(bool isTerminated, JsonException cause)
    {
        if (!isTerminated)
        {
            // What cannot be read at the very end is a cut: the end decides.
            return;
        }

        // The parser's own message quotes the body, so it is not kept as an inner exception.
        string where = cause.BytePositionInLine is { } position ? $" (line {cause.LineNumber}, byte {position} of the frame)" : "";
        Fail(Broken(ChatErrorKind.MalformedStream, $"The answer of '{Context.Provider}' breaks its protocol{where}; what came before it was delivered."));
    }

    private ChatStreamException Truncated() => Broken(ChatErrorKind.Truncated, $"The answer of '{Context.Provider}' ended before its terminal signal; what was received was delivered.");

    private ChatStreamException Broken(ChatErrorKind kind, string message) => new(kind, message) { Provider = Context.Provider };

    private ChatResponseUpdate? TakeUpdate()
    {
        if ((IsComplete || Failure is not null) && !_hasEnded)
        {
            _hasEnded = true;
            AddLast();
            if (Usage is not null)
            {
                Add(new UsageContent(Usage));
            }
        }

        if (_contents is null && _finishReason is null && RawRepresentation is null && !_isDue && (_properties is null || !IsComplete))
        {
            return null;
        }

        // Ollama has no id, Snowflake an empty one: without one, updates of several answers would be one message.
        ResponseId ??= Guid.NewGuid().ToString("N");
        var update = new ChatResponseUpdate
        {
            Role = ChatRole.Assistant,
            Contents = _contents ?? [],
            ResponseId = ResponseId,
            MessageId = ResponseId,
            ConversationId = ConversationId,
            ContinuationToken = ContinuationToken,
            ModelId = ModelId,
            CreatedAt = CreatedAt,
            FinishReason = _finishReason,
            AdditionalProperties = _properties,
            RawRepresentation = RawRepresentation,
        };
        _contents = null;
        _finishReason = null;
        _properties = null;
        _isDue = false;
        RawRepresentation = null;
        return update;
    }
}
