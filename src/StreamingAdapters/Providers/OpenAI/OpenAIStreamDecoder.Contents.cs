using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Providers.OpenAI;

/// <content>What a delta holds.</content>
internal sealed partial class OpenAIStreamDecoder
{
    private void DecodeContents(in OpenAIChoice choice, ReadOnlySpan<byte> data)
    {
        OpenAIDelta delta = choice.Delta;
        DecodeReasoning(delta, data);
        if (delta.Content.Type == JsonTokenType.StartArray)
        {
            foreach ((JsonElement text, bool isReasoning) in OpenAIParts.OfContent(delta.Content.GetElement(data)))
            {
                AppendText(text, isReasoning);
            }
        }
        else
        {
            AppendText(delta.Content.GetEscaped(data), isReasoning: false);
        }

        if (delta.HasRest)
        {
            _collected.Add(delta, data);
            AddContents(delta, data);
        }

        if (choice.LogProbs.HasValue)
        {
            RawRepresentation = JsonSlice.Whole(data).GetElement(data);
        }
    }

    private void DecodeReasoning(in OpenAIDelta delta, ReadOnlySpan<byte> data)
    {
        AppendText(delta.Reasoning.GetEscaped(data), isReasoning: true);
        if (!delta.ReasoningDetails.HasValue)
        {
            return;
        }

        JsonElement.ArrayEnumerator details = delta.ReasoningDetails.GetArray(data);
        _collected.AddDetails(details);
        if (delta.Reasoning.Length == 0)
        {
            foreach (JsonElement text in OpenAIParts.OfDetails(details))
            {
                AppendText(text, isReasoning: true);
            }
        }
    }

    private void AddContents(in OpenAIDelta delta, ReadOnlySpan<byte> data)
    {
        if (delta.Annotations.HasValue && OpenAIContents.Citations(delta.Annotations.GetArray(data)) is { } cited)
        {
            Add(cited);
        }

        if (delta.Images.HasValue)
        {
            foreach (AIContent image in OpenAIContents.Images(delta.Images.GetArray(data)))
            {
                _hasContent = true;
                Add(image);
            }
        }
    }

    private void AppendText(JsonElement text, bool isReasoning) => AppendText(JsonMarshal.GetRawUtf8Value(text)[1..^1], isReasoning);
}
