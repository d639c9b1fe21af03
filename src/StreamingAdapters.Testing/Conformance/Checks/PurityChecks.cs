using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>What belongs to the caller is left as it is.</summary>
internal static class PurityChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Purity.Untouched", "Options and messages are the same after a call as before, deeply, by either method.", UntouchedAsync),
        new("Purity.UntouchedWithTools", "The same holds for tools, calls and results.", ToolHistory, UntouchedWithToolsAsync),
        new("Purity.UntouchedAfterFailure", "The same holds after a call that failed.", FaultInjection | TypedErrors, UntouchedAfterFailureAsync),
    ];

    private static Task UntouchedAsync(CheckContext context) => ExpectUntouchedAsync(context, History(), Rich(context), fails: false);

    private static Task UntouchedWithToolsAsync(CheckContext context)
    {
        ChatOptions options = Rich(context);
        options.Tools = [SuiteTools.Clock, SuiteTools.Trip];
        options.ToolMode = ChatToolMode.Auto;
        options.AllowMultipleToolCalls = true;
        List<ChatMessage> messages = History();
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal) { ["zone"] = "UTC" };
        messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call_1", SuiteTools.ClockName, arguments)]));
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "half past five")]));
        return ExpectUntouchedAsync(context, messages, options, fails: false);
    }

    private static Task UntouchedAfterFailureAsync(CheckContext context)
    {
        context.Server.Enqueue(ServerFault.Status(500), ServerFault.Cut(2));
        return ExpectUntouchedAsync(context, History(), Rich(context), fails: true);
    }

    private static async Task ExpectUntouchedAsync(CheckContext context, List<ChatMessage> messages, ChatOptions options, bool fails)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            Snapshot before = Snapshot.Of(messages, options);

            ReadAnswer answer = await context.AskAsync(client, streaming, options, messages);

            before.ExpectSame(Snapshot.Of(messages, options), streaming ? "GetStreamingResponseAsync" : "GetResponseAsync");
            if (fails)
            {
                answer.Failed();
            }
            else
            {
                answer.Whole();
            }
        }
    }

    private static ChatOptions Rich(CheckContext context) => context.Options(static options =>
    {
        options.Instructions = "Answer in one paragraph.";
        options.TopP = 0.5f;
        options.MaxOutputTokens = 16;
        options.StopSequences = ["###", "END"];
        options.AdditionalProperties = new AdditionalPropertiesDictionary { ["conformance_extra"] = "kept" };
    });

    private static List<ChatMessage> History() =>
    [
        new ChatMessage(ChatRole.System, "You are terse."),
        new ChatMessage(ChatRole.User, "Hello.") { AdditionalProperties = new AdditionalPropertiesDictionary { ["mark"] = 1 } },
        new ChatMessage(ChatRole.Assistant, [new TextContent("Hello"), new TextContent(" there.")]),
        new ChatMessage(ChatRole.User, CheckContext.Prompt),
    ];
}
