using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Recognising a delta by the bytes around its text changes nothing but the time it takes, whatever the bytes are.</summary>
public sealed class FastPathTests
{
    private const string Chunk =
        "data: {\"id\":\"c\",\"created\":1,\"model\":\"m\",\"system_fingerprint\":\"f\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"@\"},\"finish_reason\":null}],\"usage\":null}\n\n";

    private const string PaddedAfter = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"@\"}}],\"obfuscation\":\"#\"}\n\n";
    private const string PaddedBefore = "data: {\"p\":\"#\",\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"@\"}}]}\n\n";
    private const string Line = "{\"model\":\"m\",\"created_at\":\"#\",\"message\":{\"role\":\"assistant\",\"content\":\"@\"},\"done\":false}\n";

    private static readonly string[] Texts = ["a", " the", "", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d", "\\ude00", "\\ud83d\\ude00", "é", "🙂", "\\x", "\\", "\"", "\\u12"];
    private static readonly string[] Unread = ["Ab3", "", "2025-08-01T09:42:05.1Z", "2025-08-01T09:42:06Z", "xYz09", "a b", "\\\"", "é"];
    private static readonly byte[] Bytes = [.. "\"\\{}[]:,#@ \n\r0anulte"u8, 0x01, 0xC3];

    [Theory]
    [InlineData("openai-chat", Chunk)]
    [InlineData("openai-chat", PaddedAfter)]
    [InlineData("openai-chat", PaddedBefore)]
    [InlineData("ollama", Line)]
    public async Task Decode_MutatedDeltas_GivesTheSameUpdatesAsTheFullParse(string decoder, string shape)
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            await CheckAsync(decoder, Mutate(Create(shape, new Random(seed)), new Random(seed + 1)));
        }
    }

    [Theory]
    [InlineData("openai-chat", PaddedAfter)]
    [InlineData("ollama", Line)]
    public async Task Decode_UnreadValues_GivesTheSameUpdatesAsTheFullParse(string decoder, string shape)
    {
        foreach (string unread in Unread)
        {
            await CheckAsync(decoder, Encoding.UTF8.GetBytes(string.Concat(new[] { "0", unread, "1", "2025-08-01T09:42:05Z" }.Select(value => shape.Replace("#", value).Replace("@", "text")))));
        }
    }

    [Fact]
    public async Task Decode_EventMarkedAsError_IsNoDeltaThoughItsBytesAreOne()
    {
        byte[] body = Encoding.UTF8.GetBytes($"{Chunk}{Chunk}event: error\n{Chunk}");

        DecodedAnswer fast = await DecodedAnswer.DirectAsync("openai-chat", body, Splits.Whole(), fastPath: true);

        Assert.Equal("@@", fast.Text);
        Assert.NotNull(fast.Failure);
        await CheckAsync("openai-chat", body);
    }

    private static string Create(string shape, Random random) => string.Concat(Enumerable.Range(0, 6).Select(_ =>
        shape.Replace("#", Unread[random.Next(5)]).Replace("@", Texts[random.Next(random.Next(2) == 0 ? 12 : Texts.Length)])));

    // Half of the streams stay as they are; the others lose, gain or change up to three bytes anywhere.
    private static byte[] Mutate(string body, Random random)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(body)];
        for (int i = random.Next(7) - 3; i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            byte other = Bytes[random.Next(Bytes.Length)];
            switch (random.Next(3))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, other);
                    break;
                default:
                    bytes[at] = other;
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task CheckAsync(string decoder, byte[] body)
    {
        DecodedAnswer fast = await DecodedAnswer.DirectAsync(decoder, body, Splits.Whole(), fastPath: true);
        DecodedAnswer full = await DecodedAnswer.DirectAsync(decoder, body, Splits.Whole(), fastPath: false);

        Assert.Equal(full.Updates.Select(Describe), fast.Updates.Select(Describe));
        Assert.Equal(full.Failure?.Message, fast.Failure?.Message);
    }

    private static string Describe(ChatResponseUpdate update) =>
        $"{update.ModelId}|{update.CreatedAt:O}|{update.FinishReason}|"
        + string.Join(',', update.Contents.Select(content => $"{content.GetType().Name}:{string.Join(' ', content.ToString()!.Select(c => (int)c))}"))
        + $"|{string.Join(',', (update.AdditionalProperties ?? []).Select(property => $"{property.Key}={property.Value}"))}";
}
