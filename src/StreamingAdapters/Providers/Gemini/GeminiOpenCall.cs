using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>One function call until it is whole; most are at once.</summary>
internal sealed class GeminiOpenCall(string? id, string name)
{
    private readonly GeminiCallArguments _arguments = new();
    private bool _hasBegun;

    public string Name { get; } = name;

    /// <summary>The thought signature, whichever entry it came on.</summary>
    public string? Signature { get; set; }

    /// <summary>Whether a value of its arguments was to go on.</summary>
    public bool IsInsideValue => _arguments.IsInsideValue;

    /// <summary>Adds what an entry says of the arguments.</summary>
    /// <returns>Whether it is the first.</returns>
    public bool Add(JsonElement call)
    {
        if (call.TryGet("args"u8, out JsonElement arguments))
        {
            _arguments.Merge(arguments);
        }

        if (call.TryGet("partialArgs"u8, out JsonElement pieces) && pieces.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("partialArgs must be an array.");
        }

        foreach (JsonElement piece in call.Items("partialArgs"u8))
        {
            _arguments.Add(piece);
        }

        bool isFirst = !_hasBegun;
        _hasBegun = true;
        return isFirst;
    }

    /// <summary>The call; one that was cut has the text of half an object as its arguments, so that nobody runs it.</summary>
    public FunctionCallContent ToContent(bool isCut)
    {
        string json = _arguments.ToJson();
        FunctionCallContent content = FunctionCalls.Create(id, Name, isCut ? json.TrimEnd('}') : json);
        if (Signature is not null)
        {
            (content.AdditionalProperties ??= [])[GeminiJson.Signature] = Signature;
        }

        return content;
    }
}
