using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers;

/// <content>What an update says beside its contents.</content>
internal abstract partial class StreamDecoder
{
    private Dictionary<string, string>? _told;

    /// <summary>Sets a property on the next update; an earlier value that is not sent yet is replaced.</summary>
    protected void SetProperty(string name, object? value) => (_properties ??= [])[name] = value is JsonElement json ? JsonRepair.ToReadable(json) : value;

    /// <summary>Says at once that a tool call has begun: its content comes with its end, and may never.</summary>
    protected void AnnounceToolCall(string name)
    {
        SetProperty(StreamingKeys.ToolCallBegun, name);
        SendUpdate();
    }

    /// <summary>Sets a property that servers repeat: with its first value, and again when that changes.</summary>
    protected void Tell(ConstantExtra extra, JsonSlice slice, ReadOnlySpan<byte> frame)
    {
        if (extra.IsNew(slice, frame, out object? value))
        {
            SetProperty(extra.Name, value);
        }
    }

    /// <summary>Sets a property that servers repeat, of any shape: with its first value, and again when that changes. An empty text says nothing.</summary>
    protected void Tell(JsonElement owner, string name)
    {
        if (owner.TryGet(name, out JsonElement value) && value.GetRawText() is var json && json != "\"\"" && json != _told?.GetValueOrDefault(name))
        {
            (_told ??= new Dictionary<string, string>(StringComparer.Ordinal))[name] = json;
            SetProperty(name, JsonText.GetString(value) ?? (object)value.Clone());
        }
    }

    /// <summary>Tells what <see cref="Usage"/> says before the end, where it is not what it said before.</summary>
    /// <param name="before">What it said before this frame; null for nothing.</param>
    protected void TellUsageSoFar(UsageDetails? before)
    {
        if (Usage is { } now && (before is null || before.OutputTokenCount != now.OutputTokenCount || before.InputTokenCount != now.InputTokenCount))
        {
            SetProperty(StreamingKeys.UsageSoFar, UsageCounts.Of(now));
        }
    }
}
