using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>What lists of models have in common.</summary>
internal static class ModelJson
{
    /// <summary>The first of several members that is a number which can be a count of tokens.</summary>
    public static int? Tokens(this JsonElement owner, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (owner.Number(name) is > 0 and <= int.MaxValue and var tokens)
            {
                return (int)tokens;
            }
        }

        return null;
    }

    public static IEnumerable<string> Texts(this JsonElement owner, ReadOnlySpan<byte> name) =>
        [.. owner.Items(name).Where(item => item.ValueKind is JsonValueKind.String).Select(item => JsonText.GetString(item)!)];

    public static bool IsTrue(this JsonElement owner, ReadOnlySpan<byte> name) => owner.TryGet(name, out JsonElement value) && value.ValueKind is JsonValueKind.True;

    public static DateTimeOffset? Time(this JsonElement owner, ReadOnlySpan<byte> name) =>
        DateTimeOffset.TryParse(owner.Text(name), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>A time in seconds since 1970.</summary>
    public static DateTimeOffset? UnixTime(this JsonElement owner, string name) =>
        owner.Number(name) is > 0 and < 253_402_300_800 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
