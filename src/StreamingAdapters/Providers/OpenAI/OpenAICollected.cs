using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.OpenAI;

/// <summary>What an answer gives in fragments and is handed out whole: with the finish reason, or with the end where there is none.</summary>
internal sealed class OpenAICollected(bool keepsReasoningDetails)
{
    private readonly ReasoningDetails? _details = keepsReasoningDetails ? new ReasoningDetails() : null;
    private ToolCallAssembler? _toolCalls;
    private StringBuilder? _refusal;
    private SortedDictionary<int, StringBuilder>? _otherChoices;
    private JsonElement _citations;

    /// <summary>The texts of the choices beside the first, by index; null when there are none.</summary>
    public Dictionary<string, object?>? OtherChoices =>
        _otherChoices?.ToDictionary(
            other => other.Key.ToString(CultureInfo.InvariantCulture), object? (other) => JsonText.ReplaceHalves(other.Value.ToString()), StringComparer.Ordinal);

    /// <summary>Adds the fragments of a delta.</summary>
    /// <exception cref="JsonException">A known member has the wrong shape.</exception>
    public void Add(in OpenAIDelta delta, ReadOnlySpan<byte> data)
    {
        if (delta.Refusal.GetEscaped(data) is { IsEmpty: false } refusal)
        {
            (_refusal ??= new StringBuilder()).Append(JsonText.Decode(refusal));
        }

        if (delta.ToolCalls.HasValue)
        {
            foreach (JsonElement call in delta.ToolCalls.GetArray(data))
            {
                (_toolCalls ??= new ToolCallAssembler()).Add(call);
            }
        }

        if (delta.FunctionCall.HasValue)
        {
            (_toolCalls ??= new ToolCallAssembler()).AddLegacy(delta.FunctionCall.GetElement(data));
        }
    }

    /// <summary>Adds fragments of <c>reasoning_details</c>.</summary>
    public void AddDetails(IEnumerable<JsonElement> details) => _details?.Add(details);

    /// <summary>Keeps Perplexity's sources, which come again with each chunk.</summary>
    public void KeepCitations(JsonElement citations) => _citations = citations;

    /// <summary>Adds a fragment of a choice that is not the message.</summary>
    public void AddOther(in OpenAIChoice choice, ReadOnlySpan<byte> data)
    {
        _otherChoices ??= [];
        if (!_otherChoices.TryGetValue(choice.Index, out StringBuilder? text))
        {
            _otherChoices[choice.Index] = text = new StringBuilder();
        }

        if (choice.Delta.Content.HasText)
        {
            text.Append(JsonText.Decode(choice.Delta.Content.GetEscaped(data)));
        }
    }

    /// <summary>Tells the name of a tool call that has begun and is not whole yet, once; null for none.</summary>
    public string? TakeBegunToolCall() => _toolCalls?.TakeBegun();

    /// <summary>Hands out the refusal as far as it came; null when there is none.</summary>
    public ErrorContent? TakeRefusal()
    {
        ErrorContent? refusal = _refusal is null ? null : new ErrorContent(JsonText.ReplaceHalves(_refusal.ToString())) { ErrorCode = "Refusal" };
        _refusal = null;
        return refusal;
    }

    /// <summary>Whether there are details of reasoning to hand out.</summary>
    public bool HasDetails => _details is { IsEmpty: false };

    /// <summary>Hands out the details of reasoning, which may still grow behind the finish reason; null when there are none.</summary>
    public TextReasoningContent? TakeDetails() => _details?.ToContent();

    /// <summary>Hands out what else is whole now, each once.</summary>
    public IEnumerable<AIContent> TakeAll()
    {
        foreach (FunctionCallContent call in _toolCalls?.TakeAll() ?? [])
        {
            yield return call;
        }

        if (TakeRefusal() is { } refusal)
        {
            yield return refusal;
        }

        if (OpenAIContents.Sources(_citations) is { } sources)
        {
            _citations = default;
            yield return sources;
        }
    }
}
