using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.AI;
using StreamingAdapters.Bridge;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Bridge;

/// <summary>Answers as chunk layers and as clients give them.</summary>
internal static class ChunkGen
{
    private static readonly DateTimeOffset Start = new(2026, 7, 28, 6, 0, 0, TimeSpan.FromHours(2));

    private static readonly Gen<string> Text = Gen.Elements("", "a", "Hello ", "Zürich", "👩‍👩‍👧", "\"quoted\"", "\n", "<b>");

    private static readonly Gen<string?> Model = Gen.Elements(null, "m", "org/model:7b");

    private static readonly Gen<string?> Role = Gen.Elements(null, "assistant", "system");

    private static readonly Gen<string?> Reason = Gen.Elements(null, "stop", "length", "tool_calls", "content_filter", "own");

    private static readonly Gen<long?> Count = Gen.Elements<long?>(null, 0, 1, 17, 5_000_000_000);

    private static readonly Gen<ChunkUsage?> Usage = Optional(
        from prompt in Count
        from completion in Count
        from total in Count
        select new ChunkUsage { PromptTokens = prompt, CompletionTokens = completion, TotalTokens = total });

    private static readonly Gen<string> Arguments = Gen.Elements("", "{}", " {\"a\" : 1.0}\n", """{"a":"Z\u00FC","b":[null,{}]}""", """{"a":1,"a":2}""", "null", "{\"cut", "[1]");

    private static readonly Gen<ChunkToolCall> Call =
        from id in Gen.Elements("c1", "call_2")
        from name in Gen.Elements("f", "get_weather")
        from arguments in Arguments
        from type in Gen.Elements("function", "custom")
        select Chunks.Call(id, name, arguments) with { Type = type };

    private static readonly Gen<List<ChunkToolCall>> Calls = Gen.Frequency((4, Gen.Constant(new List<ChunkToolCall>())), (1, Call.ListOf().Select(calls => calls.ToList())));

    /// <summary>Basic chunks, as this library and older layers write them.</summary>
    public static Gen<StreamingChunk[]> Basic { get; } =
        from chunks in BasicChunk.ListOf()
        from last in BasicChunk
        from reason in Reason
        from usage in Usage
        select chunks.Append(last with { IsFinal = true, FinishReason = reason, Usage = usage }).ToArray();

    /// <summary>Enhanced chunks: the model known from some chunk on, all with delta and metadata; usage so far, if any, and then at the end too.</summary>
    public static Gen<StreamingChunk[]> Enhanced { get; } =
        from basic in Basic
        from roles in Role.ListOf(basic.Length)
        from soFar in Usage
        from model in Model
        from knownFrom in Gen.Choose(0, 5)
        from provider in Gen.Elements(null, "p")
        from sizes in Gen.Choose(0, 100).ListOf(basic.Length)
        select basic.Select((chunk, index) => chunk with
        {
            Model = index >= knownFrom ? model : null,
            Usage = chunk.IsFinal ? chunk.Usage ?? soFar : soFar,
            Delta = new ChunkDelta { Content = chunk.Content, Role = roles[index] },
            ChunkMetadata = new StreamingChunkMetadata { Index = index * 2, Timestamp = Start + TimeSpan.FromMilliseconds(index), ChunkSize = sizes[index], Provider = provider },
        }).ToArray();

    /// <summary>Updates of a client: contents in any mixture, reasoning among them, the finish anywhere, one usage before or after it.</summary>
    public static Gen<ChatResponseUpdate[]> Updates { get; } =
        from contents in Content.ListOf().ListOf()
        from model in Model
        from reason in Reason.Where(reason => reason is not null)
        from finishAt in Gen.Choose(0, 10)
        from usage in Usage
        from usageAt in Gen.Choose(0, 10)
        from stamped in Gen.Elements(true, false)
        select Assemble(contents, model, new ChatFinishReason(reason!), finishAt, usage, usageAt, stamped);

    private static Gen<StreamingChunk> BasicChunk =>
        from text in Text
        from model in Model
        from calls in Calls
        select new StreamingChunk { Content = text, Model = model, ToolCalls = calls };

    private static Gen<AIContent> Content => Gen.Frequency<AIContent>(
        (5, Text.Select(AIContent (text) => new TextContent(text))),
        (1, Text.Select(AIContent (text) => new TextReasoningContent(text))),
        (1, Call.Select(AIContent (call) => ChunkToolCalls.Read(call, provider: null))),
        (1, Gen.Constant<AIContent>(new DataContent("data:text/plain,x"))));

    private static Gen<T?> Optional<T>(Gen<T> values)
        where T : class => Gen.Frequency((1, Gen.Constant<T?>(null)), (2, values.Select(T? (value) => value)));

    private static ChatResponseUpdate[] Assemble(
        IEnumerable<IEnumerable<AIContent>> contents, string? model, ChatFinishReason reason, int finishAt, ChunkUsage? usage, int usageAt, bool stamped)
    {
        List<ChatResponseUpdate> updates = [.. contents.Select(list => new ChatResponseUpdate { Contents = [.. list] })];
        updates.Insert(Math.Min(usageAt, updates.Count), new ChatResponseUpdate { Contents = usage is null ? [] : [new UsageContent(ChunkUsages.ToDetails(usage))] });
        updates.Insert(Math.Min(finishAt, updates.Count), new ChatResponseUpdate { FinishReason = reason });
        (updates[0].Role, updates[0].ModelId) = (ChatRole.Assistant, model);
        for (int index = 0; stamped && index < updates.Count; index++)
        {
            updates[index].AdditionalProperties = new() { [StreamingKeys.Index] = (long)index, [StreamingKeys.Timestamp] = Start };
        }

        return [.. updates];
    }
}
