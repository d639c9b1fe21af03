namespace StreamingAdapters.Testing;

/// <summary>Server-sent events whose name repeats the payload's type.</summary>
internal static class NamedEvents
{
    public static byte[] Wrap(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> member = "\"type\":\""u8;
        int start = payload.IndexOf(member) + member.Length;
        int length = start < member.Length ? -1 : payload[start..].IndexOf((byte)'"');
        return length < 0
            ? [.. "data: "u8, .. payload, .. "\n\n"u8]
            : [.. "event: "u8, .. payload.Slice(start, length), .. "\ndata: "u8, .. payload, .. "\n\n"u8];
    }
}
