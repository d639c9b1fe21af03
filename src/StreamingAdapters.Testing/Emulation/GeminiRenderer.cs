namespace StreamingAdapters.Testing;

/// <summary>Writes answers as Gemini does: every response carries what is known of the usage; calls come whole and without an id, the first one with a signature.</summary>
internal sealed class GeminiRenderer(EmulatedPrompt prompt, EmulatedAnswer answer, string id, GeminiSignatures signatures) : AnswerRenderer
{
    public override IEnumerable<Frame> Frames()
    {
        foreach (string chunk in answer.Reasoning())
        {
            yield return new Frame(FrameKind.Reasoning, Response(Part(chunk, isThought: true)));
        }

        foreach (string chunk in answer.Calls.Count == 0 ? answer.Text() : [])
        {
            yield return new Frame(FrameKind.Text, TextPayload(JsonText.Escape(chunk)));
        }

        foreach (string call in answer.Calls.Select(Part))
        {
            yield return new Frame(FrameKind.ToolCall, Response(call));
        }

        yield return new Frame(FrameKind.Finish, Response(Part(""), FinishReason));
    }

    public override string Body()
    {
        string thoughts = string.Concat(answer.Reasoning());
        string text = answer.Calls.Count == 0 ? string.Concat(answer.Text()) : "";
        IEnumerable<string> parts = [.. thoughts.Length > 0 ? [Part(thoughts, isThought: true)] : (string[])[], .. text.Length > 0 ? [Part(text)] : (string[])[], .. answer.Calls.Select(Part)];
        return Response(string.Join(',', parts), FinishReason);
    }

    public override string TextPayload(string escapedText) => Response($"{{\"text\":\"{escapedText}\"}}");

    private string FinishReason => answer.IsCut ? "MAX_TOKENS" : "STOP";

    private static string Part(string text, bool isThought = false) => $"{{\"text\":{JsonText.Quote(text)}{(isThought ? ",\"thought\":true" : "")}}}";

    private string Part(EmulatedToolCall call, int index)
    {
        string signature = index == 0 ? $",\"thoughtSignature\":\"{signatures.Sign(call)}\"" : "";
        return $"{{\"functionCall\":{{\"name\":{JsonText.Quote(call.Name)},\"args\":{call.Arguments}}}{signature}}}";
    }

    private string Response(string parts, string? finishReason = null)
    {
        string finish = finishReason is null ? "" : $",\"finishReason\":\"{finishReason}\"";
        return $"{{\"candidates\":[{{\"content\":{{\"parts\":[{parts}],\"role\":\"model\"}}{finish},\"index\":0}}],"
            + $"\"usageMetadata\":{Usage()},\"modelVersion\":{JsonText.Quote(prompt.Model)},\"responseId\":\"{id}\"}}";
    }

    private string Usage()
    {
        string thoughts = answer.ReasoningTokens > 0 ? $",\"thoughtsTokenCount\":{answer.ReasoningTokens}" : "";
        return $"{{\"promptTokenCount\":{prompt.PromptTokens},\"candidatesTokenCount\":{answer.Tokens - answer.ReasoningTokens},\"totalTokenCount\":{prompt.PromptTokens + answer.Tokens}{thoughts}}}";
    }
}
