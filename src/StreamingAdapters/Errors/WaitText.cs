using System.Globalization;

namespace StreamingAdapters.Errors;

/// <summary>Reads waits as providers write them: "1m2.5s", "350ms", "20 seconds", "12.5".</summary>
internal static class WaitText
{
    // More is no wait but an overflow in the making; the caller's own limit is far lower.
    private const decimal LargestNumber = 1_000_000_000;
    private const long Longest = 100_000 * TimeSpan.TicksPerDay;

    /// <summary>The wait if the whole text is one; a number without a unit counts seconds.</summary>
    internal static TimeSpan? Parse(string? text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (Number(rest, out int length) is { } seconds && length == rest.Length)
        {
            return Ticks(seconds, TimeSpan.TicksPerSecond);
        }

        TimeSpan? wait = Units(ref rest);
        return rest.IsEmpty ? wait : null;
    }

    /// <summary>The number of milliseconds that the whole text names.</summary>
    internal static TimeSpan? ParseMilliseconds(string text)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        return Number(number, out int length) is { } value && length == number.Length ? Ticks(value, TimeSpan.TicksPerMillisecond) : null;
    }

    /// <summary>The wait that the text begins with; every number needs its unit.</summary>
    internal static TimeSpan? ParseStart(ReadOnlySpan<char> text) => Units(ref text);

    private static TimeSpan? Units(ref ReadOnlySpan<char> text)
    {
        TimeSpan? total = null;
        while (Number(text, out int digits) is { } number)
        {
            ReadOnlySpan<char> rest = text[digits..].TrimStart();
            int letters = rest.IndexOfAnyExceptInRange('a', 'z') is var end and >= 0 ? end : rest.Length;
            if (TicksPerUnit(rest[..letters]) is not { } ticks)
            {
                break;
            }

            total = TimeSpan.FromTicks(Math.Min((total?.Ticks ?? 0) + Ticks(number, ticks).Ticks, Longest));
            text = rest[letters..].TrimStart();
        }

        return total;
    }

    // Digits, and a fraction if digits follow the point: "20." is the end of a sentence.
    private static decimal? Number(ReadOnlySpan<char> text, out int length)
    {
        length = Digits(text);
        if (length > 0 && length < text.Length - 1 && text[length] is '.' && char.IsAsciiDigit(text[length + 1]))
        {
            length += 1 + Digits(text[(length + 1)..]);
        }

        bool isNumber = decimal.TryParse(text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number);
        return isNumber && number <= LargestNumber ? number : null;
    }

    private static int Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length;

    private static TimeSpan Ticks(decimal number, long ticksPerUnit) => TimeSpan.FromTicks((long)Math.Min(number * ticksPerUnit, Longest));

    private static long? TicksPerUnit(ReadOnlySpan<char> unit) => unit switch
    {
        "us" => TimeSpan.TicksPerMicrosecond,
        "ms" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
        "s" or "sec" or "secs" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "min" or "mins" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        _ => null,
    };
}
