namespace StreamingAdapters.Testing;

/// <summary>The emulated model: decides what a prompt is answered with. Pure; the same input gives the same answer.</summary>
internal static class AnswerComposer
{
    public static EmulatedAnswer Compose(EmulatedPrompt prompt, EmulatedServerOptions options, int choice, Func<string> newCallId)
    {
        string? scripted = options.Answer?.Invoke(prompt.Messages);
        IEnumerable<(string Name, string Arguments)> called = scripted is null ? CallsFor(prompt) : [];
        EmulatedToolCall[] calls = [.. called.Select(call => new EmulatedToolCall(newCallId(), call.Name, call.Arguments))];
        int seed = options.Seed + choice;
        int reasoningWords = prompt.Thinks ? options.ReasoningWords : 0;
        IEnumerable<string> reasoning = TextGenerator.Words(seed + 1, prompt.Text).Take(reasoningWords);
        (IEnumerable<string> text, int words) = scripted is not null ? Whole(scripted) : calls.Length > 0 ? ([], 0) : GoOn(TextFor(prompt, options, seed), prompt.Prefill);
        if (prompt.Stops.Count > 0)
        {
            (text, words) = Whole(CutAtStop(string.Concat(text), prompt.Stops));
        }

        bool isCut = prompt.MaxWords is { } most && reasoningWords + words > most;
        if (isCut)
        {
            reasoning = reasoning.Take(prompt.MaxWords!.Value);
            text = text.Take(Math.Max(0, prompt.MaxWords.Value - reasoningWords));
        }

        return new EmulatedAnswer(TextChunks.Of(reasoning, options), TextChunks.Of(text, options), calls, isCut);
    }

    private static IEnumerable<(string Name, string Arguments)> CallsFor(EmulatedPrompt prompt)
    {
        if (prompt.Tools.Count == 0 || prompt.ToolChoice is ToolChoice.None || prompt.ToolResults.Count > 0)
        {
            return [];
        }

        (string Name, string Arguments)[] calls = [.. CallScript.Read(prompt.Text)];
        if (calls.Length == 0)
        {
            calls = [.. prompt.Tools.Where(tool => Mentions(prompt.Text, tool.Name)).Select(Sample)];
        }

        if (prompt.ForcedTool is { } forced)
        {
            calls = [.. calls.Where(call => string.Equals(call.Name, forced, StringComparison.Ordinal))];
        }

        if (calls.Length == 0 && prompt.ToolChoice is ToolChoice.Required)
        {
            calls = [Sample(prompt.Tools.FirstOrDefault(tool => string.Equals(tool.Name, prompt.ForcedTool, StringComparison.Ordinal)) ?? prompt.Tools[0])];
        }

        return prompt.AllowsParallelCalls ? calls : calls.Take(1);
    }

    private static (string Name, string Arguments) Sample(PromptTool tool) =>
        (tool.Name, tool.Parameters is { } parameters ? SchemaSample.Create(parameters) : "{}");

    private static bool Mentions(string text, string name)
    {
        int at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        int end = at + name.Length;
        return at >= 0 && name.Length > 0 && (at == 0 || !IsNamePart(text[at - 1])) && (end == text.Length || !IsNamePart(text[end]));
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static (IEnumerable<string> Words, int Count) TextFor(EmulatedPrompt prompt, EmulatedServerOptions options, int seed)
    {
        if (prompt.ToolResults.Count > 0)
        {
            return Whole(string.Join(' ', prompt.ToolResults.Select(static result => $"The tool {result.Name ?? "call"} answered: {result.Content}")));
        }

        if (prompt.Schema is { } schema)
        {
            return Whole(SchemaSample.Create(schema));
        }

        if (prompt.WantsJson)
        {
            return Whole($$"""{"answer":{{JsonText.Quote(TextGenerator.Text(seed, prompt.Text, 6))}}}""");
        }

        int count = options.FinishesSentences ? TextGenerator.CountToSentenceEnd(seed, prompt.Text, options.Words) : options.Words;
        IEnumerable<string> words = TextGenerator.Words(seed, prompt.Text).Take(count);
        return prompt.Images == 0
            ? (words, count)
            : Whole($"I see {prompt.Images} {(prompt.Images == 1 ? "image" : "images")}. {string.Concat(words)}");
    }

    private static (IEnumerable<string> Words, int Count) Whole(string text)
    {
        string[] words = [.. TextChunks.Words(text)];
        return (words, words.Length);
    }

    private static (IEnumerable<string> Words, int Count) GoOn((IEnumerable<string> Words, int Count) answer, string? prefill)
    {
        if (string.IsNullOrEmpty(prefill))
        {
            return answer;
        }

        string text = string.Concat(answer.Words);
        return text.StartsWith(prefill, StringComparison.Ordinal) ? Whole(text[prefill.Length..]) : answer;
    }

    private static string CutAtStop(string text, IReadOnlyList<string> stops)
    {
        int[] ends = [.. stops.Where(static stop => stop.Length > 0).Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(static at => at >= 0)];
        return ends.Length == 0 ? text : text[..ends.Min()];
    }
}
