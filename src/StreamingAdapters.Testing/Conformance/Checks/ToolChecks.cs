using System.Text.Json;
using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Tool calls and their results.</summary>
internal static class ToolChecks
{
    private const string CallId = "call_conformance1";
    private const string Result = "half past five in the harbour";

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Tools.Parameterless", "A call without parameters has a name, an id and no arguments, by either method.", Tools, context => ExpectCallAsync(context, SuiteTools.Clock, "{}")),
        new("Tools.Nested", "Nested arguments of every kind of value arrive whole, by either method.", Tools, context => ExpectCallAsync(context, SuiteTools.Trip, SuiteTools.TripArguments)),
        new("Tools.SameIdentity", "The updates of an answer with a call share ids, model, time and role, and make one message.", Tools, SameIdentityAsync),
        new("Tools.Parallel", "Several calls in one answer arrive in order, each with an id of its own, two of the same tool included.", Tools | ParallelTools, ParallelAsync),
        new("Tools.ModeNone", "With ToolMode none nothing is called.", Tools | FaultInjection, ModeNoneAsync),
        new("Tools.ModeRequired", "A required tool is called without being asked for.", Tools | RequiredTools, ModeRequiredAsync),
        new("Tools.ResultRoundTrip", "A history with a call and its result carries id, name, arguments and result, and is answered with text.", ToolHistory, ResultRoundTripAsync),
        new("Tools.Loop", "The call that an answer made, sent back with its result, gives the final text.", Tools | FaultInjection, LoopAsync),
    ];

    /// <summary>Asks for one call by either method.</summary>
    public static async Task ExpectCallAsync(CheckContext context, AITool tool, string arguments)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            ReadAnswer answer = await context.AskAsync(client, streaming, With(context, tool), CheckContext.Messages(context.Target.ToolPrompt(tool.Name, arguments)));

            SuiteTools.ExpectCall(SuiteTools.Single(answer.Whole()), tool.Name, arguments);
        }
    }

    public static ChatOptions With(CheckContext context, params IList<AITool> tools) => context.Options(options => options.Tools = tools);

    private static async Task SameIdentityAsync(CheckContext context)
    {
        ReadAnswer answer = await context.StreamAsync(
            context.CreateClient(), With(context, SuiteTools.Clock), CheckContext.Messages(context.Target.ToolPrompt(SuiteTools.ClockName, "{}")));

        StreamingChecks.ExpectSameIdentity(answer.Whole());
        Expect.Equal(1, answer.Response.Messages.Count, "the number of messages");
    }

    private static async Task ParallelAsync(CheckContext context)
    {
        string prompt = string.Join(" and ", [
            context.Target.ToolPrompt(SuiteTools.ClockName, "{}"),
            context.Target.ToolPrompt(SuiteTools.TripName, SuiteTools.TripArguments),
            context.Target.ToolPrompt(SuiteTools.ClockName, """{"zone":"UTC"}""")]);

        ReadAnswer answer = await context.StreamAsync(context.CreateClient(), With(context, SuiteTools.Clock, SuiteTools.Trip), CheckContext.Messages(prompt));

        FunctionCallContent[] calls = answer.Whole().Calls;
        Expect.Equal(3, calls.Length, "the number of calls");
        SuiteTools.ExpectCall(calls[0], SuiteTools.ClockName, "{}");
        SuiteTools.ExpectCall(calls[1], SuiteTools.TripName, SuiteTools.TripArguments);
        SuiteTools.ExpectCall(calls[2], SuiteTools.ClockName, """{"zone":"UTC"}""");
        Expect.Equal(3, calls.Select(static call => call.CallId).Distinct(StringComparer.Ordinal).Count(), "the number of different ids");
    }

    private static async Task ModeNoneAsync(CheckContext context)
    {
        ChatOptions options = With(context, SuiteTools.Clock);
        options.ToolMode = ChatToolMode.None;

        ReadAnswer answer = await context.StreamAsync(context.CreateClient(), options, CheckContext.Messages(context.Target.ToolPrompt(SuiteTools.ClockName, "{}")));

        Expect.Equal(0, answer.Whole().Calls.Length, "the number of calls");
        Expect.That(answer.Text.Length > 0, "Expected text instead of a call; there was none.");
    }

    private static async Task ModeRequiredAsync(CheckContext context)
    {
        ChatOptions options = With(context, SuiteTools.Clock, SuiteTools.Trip);
        options.ToolMode = ChatToolMode.RequireSpecific(SuiteTools.TripName);

        ReadAnswer answer = await context.StreamAsync(context.CreateClient(), options);

        Expect.Equal(SuiteTools.TripName, SuiteTools.Single(answer.Whole()).Name, "the called tool");
    }

    private static async Task ResultRoundTripAsync(CheckContext context)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal) { ["zone"] = "Europe/Zürich" };
        List<ChatMessage> messages =
        [
            .. CheckContext.Messages("What time is it?"),
            new ChatMessage(ChatRole.Assistant, [new FunctionCallContent(CallId, SuiteTools.ClockName, arguments)]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent(CallId, Result)]),
        ];
        (IChatClient client, RequestRecorder requests) = context.CreateRecordedClient();

        ReadAnswer answer = await context.StreamAsync(client, With(context, SuiteTools.Clock), messages);

        Expect.That(answer.Whole().Text.Length > 0, "Expected a final text after the tool's result; there was none.");
        JsonElement request = requests.Last;
        foreach (string text in (string[])[CallId, SuiteTools.ClockName, "Europe/Zürich", Result])
        {
            // Arguments may travel as text, in which letters outside ASCII are escaped.
            bool isThere = JsonSearch.HasText(request, text) || JsonSearch.HasText(request, JsonEncodedText.Encode(text).Value);
            Expect.That(isThere, $"Expected the request to hold '{text}' of the call or its result; it does not.");
        }
    }

    private static async Task LoopAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        ChatOptions options = With(context, SuiteTools.Trip);
        List<ChatMessage> messages = CheckContext.Messages(context.Target.ToolPrompt(SuiteTools.TripName, SuiteTools.TripArguments));
        ReadAnswer first = (await context.StreamAsync(client, options, messages)).Whole();
        messages.AddMessages(first.Response);
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(SuiteTools.Single(first).CallId, "booked")]));

        ReadAnswer second = (await context.StreamAsync(client, options, messages)).Whole();

        // The emulated model quotes the result under the name of the call that its id belongs to.
        Expect.Text($"The tool {SuiteTools.TripName} answered: booked", second.Text, "final text");
    }
}
