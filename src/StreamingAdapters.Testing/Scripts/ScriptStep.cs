using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>One step of a script. Contents are made anew for every run, so that no consumer sees what another has changed.</summary>
internal abstract record ScriptStep
{
    private ScriptStep()
    {
    }

    internal sealed record Content(Func<AIContent> Create) : ScriptStep;

    internal sealed record Whole(ChatResponseUpdate Update) : ScriptStep;

    internal sealed record Finish(ChatFinishReason Reason) : ScriptStep;

    internal sealed record Delay(TimeSpan Time) : ScriptStep;

    internal sealed record Fault(Exception Exception) : ScriptStep;

    internal sealed record Silence(bool IgnoresCancellation) : ScriptStep;
}
