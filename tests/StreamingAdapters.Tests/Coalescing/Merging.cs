using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Coalescing;

namespace StreamingAdapters.Tests.Coalescing;

/// <summary>Runs updates through a merger.</summary>
internal static class Merging
{
    /// <summary>What comes out of the merger for an update.</summary>
    public static List<ChatResponseUpdate> AddAndTake(this UpdateMerger merger, ChatResponseUpdate update)
    {
        merger.Add(update);
        return merger.TakeAll();
    }

    public static List<ChatResponseUpdate> FlushAndTake(this UpdateMerger merger)
    {
        merger.Flush();
        return merger.TakeAll();
    }

    public static List<ChatResponseUpdate> TakeAll(this UpdateMerger merger)
    {
        List<ChatResponseUpdate> taken = [];
        while (merger.TryTake() is { } update)
        {
            taken.Add(update);
        }

        return taken;
    }

    /// <summary>What comes out for texts of one message and the end, without any clock.</summary>
    public static string[] Merge(StreamingCoalescingOptions options, params string[] texts)
    {
        using var merger = new UpdateMerger(options);
        List<ChatResponseUpdate> merged = [.. texts.SelectMany(text => merger.AddAndTake(Text(text)))];
        merged.AddRange(merger.FlushAndTake());
        return [.. merged.Select(update => update.Text)];
    }

    public static ChatResponseUpdate Text(string text) => new(ChatRole.Assistant, text) { MessageId = "m", ResponseId = "r" };

    public static ChatResponseUpdate Reasoning(string text) => new(ChatRole.Assistant, [new TextReasoningContent(text)]) { MessageId = "m", ResponseId = "r" };

    /// <summary>Whether a text has no half of a surrogate pair.</summary>
    public static bool IsWhole(string text) => text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);
}
