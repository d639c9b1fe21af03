using System.Globalization;
using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>Writes answers as OpenAI does; the members stand in the order of its recorded streams.</summary>
internal sealed class OpenAIRenderer(EmulatedPrompt prompt, EmulatedAnswer[] answers, string id, DateTimeOffset now, int argumentCharacters) : AnswerRenderer
{
    private const string Tier = ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_emulated0\"";
    private const string RoleOfText = """{"role":"assistant","content":"","refusal":null}""";
    private const string RoleOfCalls = """{"role":"assistant","content":null}""";
    private const string RoleWithCall = """{"role":"assistant","content":null,"tool_calls":[CALL],"refusal":null}""";

    public override IEnumerable<Frame> Frames()
    {
        IEnumerator<Frame>[] choices = [.. answers.Select((answer, index) => Choice(answer, index).GetEnumerator())];
        // Real servers send the choices of n > 1 in turns.
        for (bool any = true; any;)
        {
            any = false;
            foreach (IEnumerator<Frame> choice in choices.Where(static choice => choice.MoveNext()))
            {
                any = true;
                yield return choice.Current;
            }
        }

        if (prompt.IncludesUsage)
        {
            yield return new Frame(FrameKind.Usage, $"{Head("chat.completion.chunk")},\"choices\":[],\"usage\":{Usage()}}}");
        }

        yield return new Frame(FrameKind.Terminator, "[DONE]");
    }

    public override string Body()
    {
        string choices = string.Join(',', answers.Select(WholeChoice));
        return $"{Head("chat.completion", withTier: false)},\"choices\":[{choices}],\"usage\":{Usage()}{Tier}}}";
    }

    public override string TextPayload(string escapedText) => Chunk(0, $"{{\"content\":\"{escapedText}\"}}");

    private IEnumerable<Frame> Choice(EmulatedAnswer answer, int index)
    {
        bool isSeveralCalls = answer.Calls.Count > 1;
        if (answer.Calls.Count != 1)
        {
            yield return new Frame(FrameKind.Preamble, Chunk(index, isSeveralCalls ? RoleOfCalls : RoleOfText, usageFirst: isSeveralCalls));
        }

        foreach (string chunk in answer.Reasoning())
        {
            yield return new Frame(FrameKind.Reasoning, Chunk(index, $"{{\"reasoning_content\":{JsonText.Quote(chunk)}}}"));
        }

        foreach (string chunk in answer.Text())
        {
            yield return new Frame(FrameKind.Text, Chunk(index, $"{{\"content\":{JsonText.Quote(chunk)}}}", Logprobs(chunk)));
        }

        foreach (string delta in answer.Calls.SelectMany((call, position) => CallDeltas(call, position, isSeveralCalls)))
        {
            yield return new Frame(FrameKind.ToolCall, Chunk(index, delta, usageFirst: isSeveralCalls));
        }

        yield return new Frame(FrameKind.Finish, Chunk(index, "{}", finish: $"\"{FinishReason(answer)}\""));
    }

    // A single call comes with the role, several come after it; then "usage" stands before "choices" too. Both as recorded.
    private IEnumerable<string> CallDeltas(EmulatedToolCall call, int index, bool isSeveral)
    {
        string function = $"{{\"name\":{JsonText.Quote(call.Name)},\"arguments\":\"\"}}";
        string start = $"{{\"index\":{index},\"id\":\"{call.Id}\",\"type\":\"function\",\"function\":{function}}}";
        yield return isSeveral ? $"{{\"tool_calls\":[{start}]}}" : RoleWithCall.Replace("CALL", start, StringComparison.Ordinal);
        foreach (string fragment in TextPieces.Of(call.Arguments, argumentCharacters))
        {
            yield return $"{{\"tool_calls\":[{{\"index\":{index},\"function\":{{\"arguments\":{JsonText.Quote(fragment)}}}}}]}}";
        }
    }

    private string Chunk(int choice, string delta, string logprobs = "null", string finish = "null", bool usageFirst = false)
    {
        string usage = prompt.IncludesUsage ? ",\"usage\":null" : "";
        string choices = $",\"choices\":[{{\"index\":{choice},\"delta\":{delta},\"logprobs\":{logprobs},\"finish_reason\":{finish}}}]";
        return $"{Head("chat.completion.chunk")}{(usageFirst ? usage + choices : choices + usage)}}}";
    }

    private string Head(string type, bool withTier = true)
    {
        string tier = withTier ? Tier : "";
        return $"{{\"id\":\"{id}\",\"object\":\"{type}\",\"created\":{now.ToUnixTimeSeconds()},\"model\":{JsonText.Quote(prompt.Model)}{tier}";
    }

    private string WholeChoice(EmulatedAnswer answer, int index)
    {
        string reasoning = string.Concat(answer.Reasoning());
        string[] chunks = [.. answer.Text()];
        string content = answer.Calls.Count > 0 ? "null" : JsonText.Quote(string.Concat(chunks));
        string reasoningMember = reasoning.Length == 0 ? "" : $",\"reasoning_content\":{JsonText.Quote(reasoning)}";
        string calls = answer.Calls.Count == 0 ? "" : $",\"tool_calls\":[{string.Join(',', answer.Calls.Select(WholeCall))}]";
        return $"{{\"index\":{index},\"message\":{{\"role\":\"assistant\",\"content\":{content}{reasoningMember}{calls},\"refusal\":null,\"annotations\":[]}},"
            + $"\"logprobs\":{Logprobs(chunks)},\"finish_reason\":\"{FinishReason(answer)}\"}}";
    }

    private static string WholeCall(EmulatedToolCall call) =>
        $"{{\"id\":\"{call.Id}\",\"type\":\"function\",\"function\":{{\"name\":{JsonText.Quote(call.Name)},\"arguments\":{JsonText.Quote(call.Arguments)}}}}}";

    private string Logprobs(params string[] tokens) =>
        prompt.WithLogprobs && tokens.Length > 0 ? $"{{\"content\":[{string.Join(',', tokens.Select(TokenWithAlternatives))}],\"refusal\":null}}" : "null";

    private string TokenWithAlternatives(string token)
    {
        IEnumerable<string> alternatives = Enumerable.Range(0, prompt.TopLogprobs).Select(rank => $"{{{Token(rank == 0 ? token : $"{token}{rank}", rank)}}}");
        return $"{{{Token(token, 0)},\"top_logprobs\":[{string.Join(',', alternatives)}]}}";
    }

    private static string Token(string token, int rank)
    {
        string logprob = (-0.25 - rank).ToString(CultureInfo.InvariantCulture);
        return $"\"token\":{JsonText.Quote(token)},\"logprob\":{logprob},\"bytes\":[{string.Join(',', Encoding.UTF8.GetBytes(token))}]";
    }

    private static string FinishReason(EmulatedAnswer answer) => answer.IsCut ? "length" : answer.Calls.Count > 0 ? "tool_calls" : "stop";

    // Read after the choices have been written: the counts grow with what has been taken.
    private string Usage()
    {
        int reasoning = answers.Sum(static answer => answer.ReasoningTokens);
        int completion = answers.Sum(static answer => answer.Tokens);
        return $"{{\"prompt_tokens\":{prompt.PromptTokens},\"completion_tokens\":{completion},\"total_tokens\":{prompt.PromptTokens + completion},"
            + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
            + $"\"completion_tokens_details\":{{\"reasoning_tokens\":{reasoning},\"audio_tokens\":0,"
            + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";
    }
}
