using System.Globalization;

namespace StreamingAdapters.Testing;

/// <summary>Writes answers as Ollama does; the members stand in the order of the recorded streams.</summary>
internal sealed class OllamaRenderer(EmulatedPrompt prompt, EmulatedAnswer answer, DateTimeOffset now, bool isGenerate) : AnswerRenderer
{
    // Nanoseconds. Made-up but constant, so that the bytes of an answer depend on nothing but its request, seed and clock.
    private const long LoadDuration = 55_000_000;
    private const long PromptDurationPerToken = 2_000_000;
    private const long DurationPerToken = 15_000_000;

    private int _line;

    public override IEnumerable<Frame> Frames()
    {
        foreach (string chunk in answer.Reasoning())
        {
            yield return new Frame(FrameKind.Reasoning, Line(Message("", Quote(chunk))));
        }

        foreach (string chunk in answer.Text())
        {
            yield return new Frame(FrameKind.Text, Line(Message(Escape(chunk))));
        }

        for (int i = 0; i < answer.Calls.Count; i++)
        {
            yield return new Frame(FrameKind.ToolCall, Line(Message("", calls: Call(i))));
        }

        yield return new Frame(FrameKind.Finish, $"{Head()}{Message("")}{Tail()}");
    }

    public override string Body()
    {
        string reasoning = string.Concat(answer.Reasoning());
        string text = string.Concat(answer.Text());
        string? calls = answer.Calls.Count == 0 ? null : string.Join(',', Enumerable.Range(0, answer.Calls.Count).Select(Call));
        return $"{Head()}{Message(Escape(text), reasoning.Length == 0 ? null : Quote(reasoning), calls)}{Tail()}";
    }

    // A frame that a fault adds does not count as a line: the others stay as they are.
    public override string TextPayload(string escapedText) => $"{Head(_line)}{Message(escapedText)},\"done\":false}}";

    /// <summary>The answer to a request without messages, which only loads the model, or unloads it.</summary>
    public string LoadBody(bool unloads) => $"{Head()}{Message("")},\"done\":true,\"done_reason\":\"{(unloads ? "unload" : "load")}\"}}";

    /// <summary>RFC 3339 with nine fraction digits. The clock has seven; the last two count the lines, so that no two lines are alike.</summary>
    public static string Timestamp(DateTimeOffset time, int line = 0) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture) + (line % 100).ToString("00", CultureInfo.InvariantCulture) + "Z";

    private string Line(string message) => $"{Head()}{message},\"done\":false}}";

    private string Head() => Head(_line++);

    private string Head(int line) => $"{{\"model\":{Quote(prompt.Model)},\"created_at\":\"{Timestamp(now, line)}\",";

    private string Message(string escapedText, string? thinking = null, string? calls = null)
    {
        string thinkingMember = thinking is null ? "" : $",\"thinking\":{thinking}";
        string callsMember = calls is null ? "" : $",\"tool_calls\":[{calls}]";
        return isGenerate
            ? $"\"response\":\"{escapedText}\"{thinkingMember}"
            : $"\"message\":{{\"role\":\"assistant\",\"content\":\"{escapedText}\"{thinkingMember}{callsMember}}}";
    }

    private string Call(int index)
    {
        EmulatedToolCall call = answer.Calls[index];
        return $"{{\"id\":\"{call.Id}\",\"function\":{{\"index\":{index},\"name\":{Quote(call.Name)},\"arguments\":{call.Arguments}}}}}";
    }

    private string Tail()
    {
        long promptDuration = prompt.PromptTokens * PromptDurationPerToken;
        long duration = answer.Tokens * DurationPerToken;
        string context = isGenerate ? ",\"context\":[1,2,3]" : "";
        // Go leaves members out that are 0 (omitempty).
        string counts = answer.Tokens == 0 ? "" : $",\"eval_count\":{answer.Tokens},\"eval_duration\":{duration}";
        return $",\"done\":true,\"done_reason\":\"{(answer.IsCut ? "length" : "stop")}\"{context},\"total_duration\":{LoadDuration + promptDuration + duration}"
            + $",\"load_duration\":{LoadDuration},\"prompt_eval_count\":{prompt.PromptTokens},\"prompt_eval_duration\":{promptDuration}{counts}}}";
    }

    private static string Quote(string text) => JsonText.Quote(text, escapesHtml: true);

    private static string Escape(string text) => JsonText.Escape(text, escapesHtml: true);
}
