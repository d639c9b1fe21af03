namespace Benchmarks.Bodies;

/// <summary>One text delta, for servers that send the same one on and on.</summary>
internal static class Deltas
{
    public static byte[] OpenAI()
    {
        byte[] body = RenderedBody.OpenAI(1).Bytes;
        int first = body.AsSpan().IndexOf("\n\n"u8) + 2;
        int length = body.AsSpan(first).IndexOf("\n\n"u8) + 2;
        return body[first..(first + length)];
    }
}
