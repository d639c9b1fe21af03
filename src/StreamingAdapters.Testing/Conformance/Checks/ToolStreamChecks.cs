using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Tool calls in hostile pieces.</summary>
internal static class ToolStreamChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Tools.Fragments", "Arguments in fragments of any length are assembled.", Tools | FaultInjection, FragmentsAsync),
        new("Tools.OneByteWrites", "A call split at every byte is assembled.", Tools | FaultInjection, OneByteWritesAsync),
        new("Tools.NoHalfCall", "An answer cut inside a call fails as truncated and hands out no half call.", Tools | FaultInjection | TypedErrors, NoHalfCallAsync),
    ];

    private static async Task FragmentsAsync(CheckContext context)
    {
        foreach (int characters in (int[])[1, 2, 3, 5, 7, 13, 1000])
        {
            await context.RestartAsync(CheckContext.ServerOptions(argumentCharacters: characters));
            await ToolChecks.ExpectCallAsync(context, SuiteTools.Trip, SuiteTools.TripArguments);
        }
    }

    private static async Task OneByteWritesAsync(CheckContext context)
    {
        context.Server.Enqueue(ServerFault.OneByteWrites(), ServerFault.OneByteWrites());

        await ToolChecks.ExpectCallAsync(context, SuiteTools.Trip, SuiteTools.TripArguments);
    }

    private static async Task NoHalfCallAsync(CheckContext context)
    {
        await context.RestartAsync(CheckContext.ServerOptions(argumentCharacters: 1));
        IChatClient client = context.CreateClient();
        List<ChatMessage> messages = CheckContext.Messages(context.Target.ToolPrompt(SuiteTools.TripName, SuiteTools.TripArguments));
        foreach (int chunks in (int[])[1, 2, 9, 30])
        {
            context.Server.Enqueue(ServerFault.Cut(chunks));

            ReadAnswer answer = await context.StreamAsync(client, ToolChecks.With(context, SuiteTools.Trip), messages);

            answer.Failed(ChatErrorKind.Truncated);
            foreach (FunctionCallContent call in answer.Calls)
            {
                // Some protocols send a call in one piece, which is whole before the cut.
                SuiteTools.ExpectCall(call, SuiteTools.TripName, SuiteTools.TripArguments);
            }
        }
    }
}
