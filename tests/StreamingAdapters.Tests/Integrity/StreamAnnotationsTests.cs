using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Integrity;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Integrity;

public sealed class StreamAnnotationsTests
{
    [Fact]
    public async Task Stream_ContentAfterFinishReason_IsAnnotatedAndPasses()
    {
        List<ChatResponseUpdate> updates = await RunAsync(
            new ChatResponseUpdate(ChatRole.Assistant, "Hel"), new() { FinishReason = ChatFinishReason.Stop }, new(null, ""), new(null, "lo"));

        Assert.Equal("Hello", string.Concat(updates));
        Assert.Equal([[], [], [], [StreamAnnotations.ContentAfterFinishReason]], updates.Select(update => update.GetStreamAnnotations()));
    }

    [Fact]
    public async Task Stream_ContentWithTheFinishReason_IsInOrder()
    {
        List<ChatResponseUpdate> updates = await RunAsync(new ChatResponseUpdate(ChatRole.Assistant, "Hello") { FinishReason = ChatFinishReason.Stop });

        Assert.Empty(updates[0].GetStreamAnnotations());
    }

    [Fact]
    public async Task Stream_IdsAndRoleThatChange_AreAnnotatedWhereTheyChange()
    {
        List<ChatResponseUpdate> updates = await RunAsync(
            new ChatResponseUpdate(ChatRole.Assistant, "a") { ResponseId = "r1", MessageId = "m1", ConversationId = "c1" },
            new ChatResponseUpdate(null, "b"),
            new ChatResponseUpdate(ChatRole.Tool, "c") { ResponseId = "r2", MessageId = "m2", ConversationId = "c2" },
            new ChatResponseUpdate(ChatRole.Tool, "d") { ResponseId = "r2", MessageId = "m2", ConversationId = "c2" },
            new ChatResponseUpdate(null, "e") { ResponseId = "", MessageId = "m3", FinishReason = ChatFinishReason.Stop });

        Assert.Equal(
            [
                [],
                [],
                [StreamAnnotations.ResponseIdChanged, StreamAnnotations.MessageIdChanged, StreamAnnotations.ConversationIdChanged, StreamAnnotations.RoleChanged],
                [],
                [StreamAnnotations.MessageIdChanged],
            ],
            updates.Select(update => update.GetStreamAnnotations()));
    }

    [Fact]
    public async Task Stream_AnnotatedUpdate_IsACopyWithEverythingElse()
    {
        var raw = new object();
        var update = new ChatResponseUpdate(ChatRole.Assistant, "b")
        {
            MessageId = "m2",
            RawRepresentation = raw,
            FinishReason = ChatFinishReason.Stop,
            AdditionalProperties = new AdditionalPropertiesDictionary { ["theirs"] = "kept", [StreamingKeys.Annotations] = new List<string> { "earlier" } },
        };

        List<ChatResponseUpdate> updates = await RunAsync(new ChatResponseUpdate(ChatRole.Assistant, "a") { MessageId = "m1" }, update);

        Assert.NotSame(update, updates[1]);
        Assert.Same(raw, updates[1].RawRepresentation);
        Assert.Same(update.Contents[0], updates[1].Contents[0]);
        Assert.Equal("kept", updates[1].AdditionalProperties?["theirs"]);
        Assert.Equal(["earlier", StreamAnnotations.MessageIdChanged], updates[1].GetStreamAnnotations());
        Assert.Equal(["earlier"], update.GetStreamAnnotations());
    }

    [Fact]
    public async Task Stream_AnnotationsSwitchedOff_PassesAsTheSameInstances()
    {
        ChatResponseUpdate[] updates = [new(ChatRole.Assistant, "a") { MessageId = "m1" }, new(ChatRole.Tool, "b") { MessageId = "m2", FinishReason = ChatFinishReason.Stop }];

        List<ChatResponseUpdate> received = await RunAsync(new StreamingIntegrityOptions { Annotate = false }, updates);

        Assert.All(updates, (update, index) => Assert.Same(update, received[index]));
    }

    [Fact]
    public async Task GetStreamAnnotations_AfterARoundTripThroughJson_ReadsTheSame()
    {
        List<ChatResponseUpdate> updates = await RunAsync(
            new ChatResponseUpdate(ChatRole.Assistant, "a") { MessageId = "m1" },
            new ChatResponseUpdate(ChatRole.Tool, "b") { MessageId = "m2", FinishReason = ChatFinishReason.Stop });

        var type = (System.Text.Json.Serialization.Metadata.JsonTypeInfo<ChatResponseUpdate>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponseUpdate));
        ChatResponseUpdate? read = JsonSerializer.Deserialize(JsonSerializer.Serialize(updates[1], type), type);

        Assert.IsType<JsonElement>(read?.AdditionalProperties?[StreamingKeys.Annotations]);
        Assert.Equal([StreamAnnotations.MessageIdChanged, StreamAnnotations.RoleChanged], read.GetStreamAnnotations());
    }

    [Fact]
    public void GetStreamAnnotations_NothingWritten_IsEmpty()
    {
        Assert.Empty(new ChatResponseUpdate().GetStreamAnnotations());
        Assert.Empty(new ChatResponseUpdate { AdditionalProperties = new AdditionalPropertiesDictionary { [StreamingKeys.Annotations] = 1 } }.GetStreamAnnotations());
        Assert.Throws<ArgumentNullException>(() => StreamAnnotations.GetStreamAnnotations(null!));
    }

    private static Task<List<ChatResponseUpdate>> RunAsync(params ChatResponseUpdate[] updates) => RunAsync(new StreamingIntegrityOptions(), updates);

    private static async Task<List<ChatResponseUpdate>> RunAsync(StreamingIntegrityOptions options, params ChatResponseUpdate[] updates)
    {
        using var inner = new ScriptedChatClient(updates.Aggregate(StreamScript.New(), (script, update) => script.Update(update)));
        using var client = new StreamingIntegrityChatClient(inner, options);
        return await client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")]).ToListAsync();
    }
}
