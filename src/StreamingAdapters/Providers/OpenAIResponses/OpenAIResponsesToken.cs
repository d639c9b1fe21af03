using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.OpenAIResponses;

/// <summary>Where an answer that is made in the background can be taken up again: its id, and the number of the last event that was read.</summary>
/// <param name="ResponseId">The answer.</param>
/// <param name="SequenceNumber">The event; null where none was numbered.</param>
internal sealed record OpenAIResponsesToken(string ResponseId, long? SequenceNumber)
{
    /// <summary>Reads a token that an update carried.</summary>
    /// <exception cref="ChatValidationException">It is not one of this provider's.</exception>
    public static OpenAIResponsesToken Parse(ResponseContinuationToken token)
    {
        ReadOnlySpan<byte> bytes = token.ToBytes().Span;
        if (!bytes.StartsWith(Magic) || bytes[Magic.Length..].IndexOf((byte)' ') is not (>= 0 and var space))
        {
            throw Foreign();
        }

        ReadOnlySpan<byte> number = bytes.Slice(Magic.Length, space);
        string id = Encoding.UTF8.GetString(bytes[(Magic.Length + space + 1)..]);
        bool isNumber = Utf8Parser.TryParse(number, out long sequenceNumber, out int read) && read == number.Length;
        return id.Length == 0 || (!isNumber && !number.IsEmpty) ? throw Foreign() : new OpenAIResponsesToken(id, isNumber ? sequenceNumber : null);
    }

    /// <summary>The token for an update to carry.</summary>
    public ResponseContinuationToken ToToken() =>
        ResponseContinuationToken.FromBytes(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(Magic)}{SequenceNumber} {ResponseId}"));

    // The version of the token's shape is part of its beginning.
    private static ReadOnlySpan<byte> Magic => "streaming-adapters/responses/1 "u8;

    private static ChatValidationException Foreign() =>
        new($"{nameof(ChatOptions)}.{nameof(ChatOptions.ContinuationToken)} was not made by the Responses provider; give the token of the last update that one of its answers had.");
}
