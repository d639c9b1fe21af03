using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Streams of generated frames give the same updates with the fast path on and off, and fail with the family alone.</summary>
internal static class FastPathProperty
{
    /// <summary>The bytes of a JSON string, escapes and halves of characters among them.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency((6, JsonGen.StringWithHalves), (1, JsonGen.AnyString));

    /// <summary>Checks streams of frames.</summary>
    public static void Check(Gen<string> frame, Func<Stream, FrameReader> read, Func<bool, StreamDecoder> decoder)
    {
        // Frames that come twice or thrice in a row are what the fast path is for.
        Gen<string> streams = Gen.Zip(frame, Gen.Choose(1, 3)).Select(pair => string.Concat(Enumerable.Repeat(pair.Item1, pair.Item2))).ListOf().Select(string.Concat);
        Property.Check(streams, 1_500, async body =>
        {
            DecodedAnswer fast = await DecodeAsync(body, read, decoder(true));
            DecodedAnswer full = await DecodeAsync(body, read, decoder(false));

            Assert.Equal(Describe(full), Describe(fast));
            Assert.True(fast.Failure is null or ChatAdapterException, $"{fast.Failure}");
        }, endSize: 20);
    }

    private static async Task<DecodedAnswer> DecodeAsync(string body, Func<Stream, FrameReader> read, StreamDecoder decoder)
    {
        using var stream = new SplitStream(Encoding.UTF8.GetBytes(body), Splits.Whole());
        using FrameReader frames = read(stream);
        return await DecodedAnswer.CollectAsync(DecodedAnswer.UpdatesAsync(frames, decoder));
    }

    private static string Describe(DecodedAnswer answer) =>
        AnswerText.Of(answer) + string.Concat(answer.Updates.Select(update => $"\n{update.ModelId} {update.CreatedAt:O} {string.Join(',', (update.AdditionalProperties ?? []).Select(property => property.Key))}"));
}
