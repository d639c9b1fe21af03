using System.Reflection;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Stages;

/// <summary>What every stage answers beside its two methods.</summary>
public sealed class StageSurfaceTests
{
    private readonly ManualTimeProvider _time = new();

    public static MatrixTheoryData<string, bool> StagesInBothMethods => new([.. AllStages.Rows.Select(row => row.Name)], [true, false]);

    public static TheoryData<string> Stages => [.. AllStages.Rows.Select(row => row.Name)];

    [Fact]
    public void Rows_AllStages_AreListed()
    {
        IEnumerable<string> verbs = typeof(StreamingStageChatClient).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == "Microsoft.Extensions.AI")
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Select(method => method.Name)
            .Where(name => name != "UseStreaming" && name.StartsWith("UseStreaming", StringComparison.Ordinal))
            .Distinct();

        IEnumerable<string> listed = AllStages.Rows.Concat(AllStages.Wholes).Select(row => row.Name.Split(' ')[0]).Where(name => name != "UseStreaming").Distinct();
        Assert.Equal(verbs.Order(), listed.Order());
    }

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Call_NullMessages_ThrowsAtTheCall(string stage, bool streaming)
    {
        using IChatClient client = Over(stage, new ScriptedChatClient(_time, StreamScript.New()));

        await Assert.ThrowsAsync<ArgumentNullException>("messages", () =>
        {
            _ = streaming ? client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!) : (object)client.GetResponseAsync((IEnumerable<ChatMessage>)null!);
            return Task.CompletedTask;
        });
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void Services_StageItselfMetadataAndOrder_AreAnswered(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New());
        using IChatClient client = Over(stage, inner);

        Assert.Same(inner, client.GetService<ScriptedChatClient>());
        Assert.Same(client, client.GetService(client.GetType()));
        Assert.Equal("scripted", client.GetService<ChatClientMetadata>()?.ProviderName);
        Assert.Single(client.GetService<StreamingPipelineDescriptor>()!.Stages);
        Assert.Null(client.GetService(typeof(StreamingPipelineDescriptor), "key"));
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void Dispose_Stage_DisposesTheInnerClient(string stage)
    {
        var inner = new ScriptedChatClient(_time, StreamScript.New());

        Over(stage, inner).Dispose();

        Assert.True(inner.IsDisposed);
    }

    private IChatClient Over(string stage, IChatClient inner) => AllStages.Named(stage).Over(inner, _time);
}
