using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>That an answer broke off and went on as another answer: what the first update behind the break says.</summary>
public sealed record StreamContinuation
{
    private const string FromKey = "from";
    private const string ToKey = "to";
    private const string KindKey = "kind";
    private const string PrefillKey = "prefill";
    private const string PositionKey = "position";
    private const string OverlapKey = "overlap";
    private const string UncertainKey = "uncertain";
    private const string ConfidenceKey = "confidence";

    /// <summary>The route whose answer broke off.</summary>
    public string? From { get; init; }

    /// <summary>The route that went on.</summary>
    public string? To { get; init; }

    /// <summary>Why it broke off.</summary>
    public ChatErrorKind? Kind { get; init; }

    /// <summary>Whether the route went on from the text itself (prefill); false when it was instructed to.</summary>
    public bool IsPrefill { get; init; }

    /// <summary>Where the seam is: the characters of text in front of it.</summary>
    public int Position { get; init; }

    /// <summary>The characters in front of the seam that the continuation repeated; they were left out of it.</summary>
    public int Overlap { get; init; }

    /// <summary>The characters behind the seam that may be a repeat too, and were kept since they may be chance.</summary>
    /// <value>0 when there are none.</value>
    public int Uncertain { get; init; }

    /// <summary>How sure the seam is, from 0 to 1.</summary>
    /// <value>By instruction, the overlap as a part of the 40 characters that were asked for; 0 without any. By prefill 1, unless something is uncertain.</value>
    public double Confidence { get; init; }

    /// <summary>What properties say of a continuation.</summary>
    /// <param name="properties">Of an update or a message; null says nothing.</param>
    /// <returns>The record; null when the answer was not continued there.</returns>
    public static StreamContinuation? ReadFrom(AdditionalPropertiesDictionary? properties) =>
        PropertyReader.Members(properties?.GetValueOrDefault(StreamingKeys.Continued)) is not { } members ? null : new StreamContinuation
        {
            From = PropertyReader.Text(members.GetValueOrDefault(FromKey)),
            To = PropertyReader.Text(members.GetValueOrDefault(ToKey)),
            Kind = PropertyReader.Member<ChatErrorKind>(members.GetValueOrDefault(KindKey)),
            IsPrefill = PropertyReader.Flag(members.GetValueOrDefault(PrefillKey)) ?? false,
            Position = (int)(PropertyReader.Integer(members.GetValueOrDefault(PositionKey)) ?? 0),
            Overlap = (int)(PropertyReader.Integer(members.GetValueOrDefault(OverlapKey)) ?? 0),
            Uncertain = (int)(PropertyReader.Integer(members.GetValueOrDefault(UncertainKey)) ?? 0),
            Confidence = PropertyReader.Number(members.GetValueOrDefault(ConfidenceKey)) ?? 0,
        };

    internal Dictionary<string, object?> Write() => new(StringComparer.Ordinal)
    {
        [FromKey] = From,
        [ToKey] = To,
        [KindKey] = Kind?.ToString(),
        [PrefillKey] = IsPrefill,
        [PositionKey] = Position,
        [OverlapKey] = Overlap,
        [UncertainKey] = Uncertain,
        [ConfidenceKey] = Confidence,
    };
}
