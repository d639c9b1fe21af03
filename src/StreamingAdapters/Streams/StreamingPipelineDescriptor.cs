using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace StreamingAdapters.Streams;

/// <summary>The stages of a pipeline, read back by <c>client.GetService&lt;StreamingPipelineDescriptor&gt;()</c>.</summary>
public sealed partial class StreamingPipelineDescriptor
{
    internal StreamingPipelineDescriptor(IReadOnlyList<StreamingStage> stages, StreamingMode? mode = null)
    {
        Stages = stages;
        Mode = mode;
    }

    /// <summary>This library's stages, outermost first, as they were built; a stage that would do nothing is not.</summary>
    public IReadOnlyList<StreamingStage> Stages { get; }

    /// <summary>The mode of a configured pipeline.</summary>
    /// <value>Null for one that was composed by hand.</value>
    public StreamingMode? Mode { get; }

    /// <summary>The stages, outermost first, for a log.</summary>
    /// <returns>For example <c>Enhanced: Validation -> Errors -> Metadata</c>.</returns>
    public override string ToString() => (Mode is { } mode ? $"{mode}: " : "") + string.Join(" -> ", Stages);

    /// <summary>What stands from a new stage inwards.</summary>
    internal static StreamingPipelineDescriptor Above(StreamingStage stage, IChatClient innerClient)
    {
        IReadOnlyList<StreamingStage> inner = innerClient.GetService<StreamingPipelineDescriptor>()?.Stages ?? [];
        return new StreamingPipelineDescriptor([stage, .. inner]);
    }

    /// <summary>Warns when the outermost stage has one inside it that belongs outside.</summary>
    internal void WarnOfOrder(ILogger logger)
    {
        foreach (StreamingStage inner in Stages.Skip(1).Where(inner => inner < Stages[0]))
        {
            LogOrder(logger, Stages[0], inner);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The stage {Outer} stands outside {Inner}, which belongs outside it: add {Inner} to the builder first, or compose all with UseStreaming.")]
    private static partial void LogOrder(ILogger logger, StreamingStage outer, StreamingStage inner);
}
