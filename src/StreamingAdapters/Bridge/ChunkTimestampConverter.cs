using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>Times as chunk layers write them: <c>datetime.isoformat()</c>, with an offset or without, and <c>time.time()</c>.</summary>
internal sealed class ChunkTimestampConverter : JsonConverter<DateTimeOffset?>
{
    // In seconds the year 5138, in milliseconds 1973.
    private const double FirstMilliseconds = 100_000_000_000;

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => FromText(reader.GetString()!),
        JsonTokenType.Number => FromNumber(reader.GetDouble()),
        _ => throw new JsonException("The timestamp of a chunk has to be a text in ISO 8601 or a number of seconds since 1970."),
    };

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } timestamp)
        {
            writer.WriteStringValue(timestamp);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static DateTimeOffset FromText(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset timestamp)
            ? timestamp
            : throw new JsonException("The timestamp of a chunk is no time in ISO 8601.");

    private static DateTimeOffset FromNumber(double number)
    {
        double seconds = Math.Abs(number) < FirstMilliseconds ? number : number / 1000;
        return seconds >= (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).TotalSeconds && seconds < (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds
            ? DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(Math.Round(seconds * 1_000_000))
            : throw new JsonException("The timestamp of a chunk is outside the years 1 to 9999.");
    }
}
