using System.Globalization;

namespace StreamingAdapters.Testing;

/// <summary>Writes answers as LM Studio's own API does; events and members as its documentation has them.</summary>
/// <param name="prompt">What was asked.</param>
/// <param name="answer">The answer.</param>
/// <param name="id">The id to go on from; null where the server keeps nothing.</param>
/// <param name="isLoading">Whether the model has to be loaded first.</param>
internal sealed class LMStudioRenderer(EmulatedPrompt prompt, EmulatedAnswer answer, string? id, bool isLoading) : AnswerRenderer
{
    // What no clock measured: the emulated model is there at once.
    private const double LoadSeconds = 2.5;

    private readonly string _model = $"\"model_instance_id\":{JsonText.Quote(prompt.Model)}";

    public override IEnumerable<Frame> Frames()
    {
        List<string> output = [];
        return Events().Concat(Items(output)).Concat(End(output));
    }

    public override string Body()
    {
        List<string> output = [];
        foreach (Frame _ in Items(output))
        {
            // The items, and what they cost, are known when they have been written.
        }

        return Result(output);
    }

    public override string TextPayload(string escapedText) => Event("message.delta", $",\"content\":\"{escapedText}\"");

    private IEnumerable<Frame> Events()
    {
        yield return Before("chat.start", $",{_model}");
        if (isLoading)
        {
            yield return Before("model_load.start", $",{_model}");
            yield return Before("model_load.progress", $",{_model},\"progress\":0.65");
            yield return Before("model_load.end", $",{_model},\"load_time_seconds\":{Text(LoadSeconds)}");
        }

        yield return Before("prompt_processing.start");
        yield return Before("prompt_processing.progress", ",\"progress\":0.5");
        yield return Before("prompt_processing.end");
    }

    private IEnumerable<Frame> Items(List<string> output) =>
        Item(FrameKind.Reasoning, "reasoning", answer.Reasoning(), output).Concat(Item(FrameKind.Text, "message", answer.Text(), output));

    private static IEnumerable<Frame> Item(FrameKind kind, string type, IEnumerable<string> chunks, List<string> output)
    {
        string whole = "";
        foreach (string chunk in chunks)
        {
            if (whole.Length == 0)
            {
                yield return new Frame(FrameKind.Noise, Event($"{type}.start"));
            }

            whole += chunk;
            yield return new Frame(kind, Event($"{type}.delta", $",\"content\":{JsonText.Quote(chunk)}"));
        }

        if (whole.Length > 0)
        {
            output.Add($"{{\"type\":\"{type}\",\"content\":{JsonText.Quote(whole)}}}");
            yield return new Frame(FrameKind.Noise, Event($"{type}.end"));
        }
    }

    private IEnumerable<Frame> End(List<string> output)
    {
        yield return new Frame(FrameKind.Finish, Event("chat.end", $",\"result\":{Result(output)}"));
    }

    private string Result(List<string> output)
    {
        string load = isLoading ? $",\"model_load_time_seconds\":{Text(LoadSeconds)}" : "";
        string kept = id is null ? "" : $",\"response_id\":\"{id}\"";
        string statistics = string.Create(
            CultureInfo.InvariantCulture,
            $"\"input_tokens\":{prompt.PromptTokens},\"total_output_tokens\":{answer.Tokens},\"reasoning_output_tokens\":{answer.ReasoningTokens},\"tokens_per_second\":43.73,\"time_to_first_token_seconds\":0.781");
        return $"{{{_model},\"output\":[{string.Join(',', output)}],\"stats\":{{{statistics}{load}}}{kept}}}";
    }

    private static Frame Before(string type, string members = "") => new(FrameKind.Preamble, Event(type, members));

    private static string Event(string type, string members = "") => $"{{\"type\":\"{type}\"{members}}}";

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
