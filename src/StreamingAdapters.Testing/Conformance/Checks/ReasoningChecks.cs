using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Reasoning beside text.</summary>
internal static class ReasoningChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Reasoning.BeforeText", "Reasoning arrives as TextReasoningContent, in deltas, before the text, and is no part of it.", Reasoning | FaultInjection, BeforeTextAsync),
        new("Reasoning.SameAsWhole", "GetResponseAsync gives the reasoning and the text of the stream, in one message.", Reasoning | FaultInjection, SameAsWholeAsync),
        new("Reasoning.NotAskedFor", "Without the wish for reasoning there is none.", Reasoning | FaultInjection, NotAskedForAsync),
        new("Reasoning.RoundTrip", "The reasoning before a call goes back with the call's result, or the signature where the call has one.", Reasoning | ReasoningHistory | Tools | FaultInjection, RoundTripAsync),
    ];

    private static async Task BeforeTextAsync(CheckContext context)
    {
        ReadAnswer answer = (await context.StreamAsync(context.CreateClient(), Thinking(context))).Whole();

        Expect.Text(Expected(context, CheckContext.Prompt), answer.Reasoning, "reasoning");
        Expect.Text(context.TextOf(), answer.Text, "text beside reasoning");
        AIContent[] contents = [.. answer.Contents<AIContent>()];
        int lastReasoning = Array.FindLastIndex(contents, static content => content is TextReasoningContent);
        int firstText = Array.FindIndex(contents, static content => content is TextContent { Text.Length: > 0 });
        Expect.That(lastReasoning < firstText, $"Expected all reasoning before the text; the last reasoning is content {lastReasoning}, the first text content {firstText}.");
        Expect.That(contents.OfType<TextReasoningContent>().Count() > 1, "Expected the reasoning in deltas; it came in one piece.");
    }

    private static async Task SameAsWholeAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();

        ReadAnswer streamed = (await context.StreamAsync(client, Thinking(context))).Whole();
        ReadAnswer whole = (await context.AskAsync(client, streaming: false, Thinking(context))).Whole();

        Expect.Text(ResponseSummary.Of(streamed.Response), ResponseSummary.Of(whole.Response), "a response equal to the aggregated stream,");
        Expect.Equal(1, whole.Response.Messages.Count, "the number of messages");
    }

    private static async Task NotAskedForAsync(CheckContext context)
    {
        ReadAnswer answer = (await context.StreamAsync(context.CreateClient())).Whole();

        Expect.Equal("", answer.Reasoning, "the reasoning");
    }

    private static async Task RoundTripAsync(CheckContext context)
    {
        (IChatClient client, RequestRecorder requests) = context.CreateRecordedClient();
        ChatOptions options = Thinking(context);
        options.Tools = [SuiteTools.Clock];
        string prompt = context.Target.ToolPrompt(SuiteTools.ClockName, "{}");
        List<ChatMessage> messages = CheckContext.Messages(prompt);
        ReadAnswer first = (await context.StreamAsync(client, options, messages)).Whole();
        Expect.Text(Expected(context, prompt), first.Reasoning, "reasoning before a call");
        messages.AddMessages(first.Response);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(SuiteTools.Single(first).CallId, "noon")]));

        ReadAnswer second = await context.StreamAsync(client, options, messages);

        second.Whole();

        // Gemini's thoughts do not go back: a signature on the call stands for them.
        string[] signatures = [.. SuiteTools.Single(first).AdditionalProperties?.Values.OfType<string>() ?? []];
        string[] expected = signatures.Length == 0 ? [first.Reasoning] : signatures;
        Expect.That(expected.All(text => JsonSearch.HasText(requests.Last, text)), "Expected the request with the call's result to hold the reasoning before it, or its signature; it does not.");
    }

    private static ChatOptions Thinking(CheckContext context) => context.Options(static options =>
        options.Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Medium, Output = ReasoningOutput.Full });

    private static string Expected(CheckContext context, string prompt) =>
        TextGenerator.Text(context.Server.Options.Seed + 1, prompt, context.Server.Options.ReasoningWords);
}
