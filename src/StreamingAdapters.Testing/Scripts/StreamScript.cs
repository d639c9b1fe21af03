using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>What a <see cref="ScriptedChatClient"/> streams, step by step: <c>StreamScript.New().Text("Hel").Text("lo").Finish()</c>.</summary>
/// <remarks>Immutable: each method returns a longer script. A script that ends without <see cref="Finish"/> is a stream that just stops.</remarks>
public sealed class StreamScript
{
    private readonly ScriptStep[] _steps;

    private StreamScript(ScriptStep[] steps) => _steps = steps;

    internal IReadOnlyList<ScriptStep> Steps => _steps;

    /// <summary>A script without steps: a stream without updates.</summary>
    /// <returns>The script.</returns>
    public static StreamScript New() => new([]);

    /// <summary>An update with text.</summary>
    /// <param name="text">The text; may be empty.</param>
    /// <returns>The longer script.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public StreamScript Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Content(() => new TextContent(text));
    }

    /// <summary>An update with reasoning.</summary>
    /// <param name="text">The reasoning's text; may be empty.</param>
    /// <returns>The longer script.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public StreamScript Reasoning(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Content(() => new TextReasoningContent(text));
    }

    /// <summary>An update with one whole tool call.</summary>
    /// <param name="callId">The call's id.</param>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">The arguments; by default none.</param>
    /// <returns>The longer script.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="callId"/> or <paramref name="name"/> is null.</exception>
    public StreamScript ToolCall(string callId, string name, IReadOnlyDictionary<string, object?>? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(callId);
        ArgumentNullException.ThrowIfNull(name);
        KeyValuePair<string, object?>[] given = [.. arguments ?? Enumerable.Empty<KeyValuePair<string, object?>>()];
        return Content(() => new FunctionCallContent(callId, name, new Dictionary<string, object?>(given, StringComparer.Ordinal)));
    }

    /// <summary>An update with usage; the total is the sum.</summary>
    /// <param name="input">The input tokens.</param>
    /// <param name="output">The output tokens.</param>
    /// <returns>The longer script.</returns>
    public StreamScript Usage(long input, long output) =>
        Content(() => new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output }));

    /// <summary>An update with one content that the script has no word for.</summary>
    /// <param name="create">Makes the content, once per run.</param>
    /// <returns>The longer script.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public StreamScript Content(Func<AIContent> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return With(new ScriptStep.Content(create));
    }

    /// <summary>A given update, handed out as the same instance and without any stamp.</summary>
    /// <param name="update">The update.</param>
    /// <returns>The longer script.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public StreamScript Update(ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return With(new ScriptStep.Whole(update));
    }

    /// <summary>An update without content that has the finish reason.</summary>
    /// <param name="reason">The reason; by default <see cref="ChatFinishReason.Stop"/>.</param>
    /// <returns>The longer script.</returns>
    public StreamScript Finish(ChatFinishReason? reason = null) => With(new ScriptStep.Finish(reason ?? ChatFinishReason.Stop));

    /// <summary>Waits on the client's clock.</summary>
    /// <param name="time">How long.</param>
    /// <returns>The longer script.</returns>
    public StreamScript Delay(TimeSpan time) => With(new ScriptStep.Delay(time));

    /// <summary>Throws.</summary>
    /// <param name="exception">The exception, the same instance in every run.</param>
    /// <returns>The longer script.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public StreamScript Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return With(new ScriptStep.Fault(exception));
    }

    /// <summary>Waits until the call is cancelled.</summary>
    /// <returns>The longer script.</returns>
    public StreamScript Silence() => With(new ScriptStep.Silence(IgnoresCancellation: false));

    /// <summary>Hangs like a client that ignores its token, until the client is disposed; then it throws.</summary>
    /// <remarks>It throws <see cref="ObjectDisposedException"/>.</remarks>
    /// <returns>The longer script.</returns>
    public StreamScript Hang() => With(new ScriptStep.Silence(IgnoresCancellation: true));

    private StreamScript With(ScriptStep step) => new([.. _steps, step]);
}
