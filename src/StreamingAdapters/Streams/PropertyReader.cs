using System.Globalization;
using System.Text.Json;

namespace StreamingAdapters.Streams;

/// <summary>Reads a value of <c>AdditionalProperties</c> as it was written, or as a cache or a file gives it back: a <see cref="JsonElement"/>.</summary>
internal static class PropertyReader
{
    public static string? Text(object? value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => null,
    };

    public static long? Integer(object? value) => value switch
    {
        long number => number,
        int number => number,
        JsonElement { ValueKind: JsonValueKind.Number } json when json.TryGetInt64(out long number) => number,
        _ => null,
    };

    public static double? Number(object? value) => value switch
    {
        double number => number,
        decimal number => (double)number,
        JsonElement { ValueKind: JsonValueKind.Number } json when json.TryGetDouble(out double number) => number,
        _ => Integer(value),
    };

    public static decimal? Decimal(object? value) => value switch
    {
        decimal number => number,
        JsonElement { ValueKind: JsonValueKind.Number } json when json.TryGetDecimal(out decimal number) => number,
        _ => Integer(value),
    };

    public static bool? Flag(object? value) => value switch
    {
        bool flag => flag,
        JsonElement { ValueKind: JsonValueKind.True } => true,
        JsonElement { ValueKind: JsonValueKind.False } => false,
        _ => null,
    };

    public static TimeSpan? Duration(object? value) => value switch
    {
        TimeSpan time => time,
        _ => TimeSpan.TryParse(Text(value), CultureInfo.InvariantCulture, out TimeSpan time) ? time : null,
    };

    public static DateTimeOffset? Instant(object? value) => value switch
    {
        DateTimeOffset instant => instant,
        JsonElement { ValueKind: JsonValueKind.String } json when json.TryGetDateTimeOffset(out DateTimeOffset instant) => instant,
        _ => null,
    };

    /// <summary>An enumeration's member by its name.</summary>
    public static TEnum? Member<TEnum>(object? value)
        where TEnum : struct, Enum => Enum.TryParse(Text(value), out TEnum member) && Enum.IsDefined(member) ? member : null;

    /// <summary>The members of an object; null when the value is none.</summary>
    public static IReadOnlyDictionary<string, object?>? Members(object? value) => value switch
    {
        IReadOnlyDictionary<string, object?> members => members,
        JsonElement { ValueKind: JsonValueKind.Object } json => json.EnumerateObject().ToDictionary(member => member.Name, object? (member) => member.Value, StringComparer.Ordinal),
        _ => null,
    };

    /// <summary>The strings of a list; null when the value is none.</summary>
    public static IReadOnlyList<string>? Texts(object? value) => value switch
    {
        IReadOnlyList<string> texts => texts,
        JsonElement { ValueKind: JsonValueKind.Array } json => [.. json.EnumerateArray().Select(text => Text(text) ?? "")],
        _ => null,
    };
}
