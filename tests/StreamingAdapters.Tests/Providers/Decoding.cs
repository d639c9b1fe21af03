using System.Text;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Anthropic;
using StreamingAdapters.Providers.Gemini;
using StreamingAdapters.Providers.LMStudio;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Providers.OpenAI;
using StreamingAdapters.Providers.OpenAIResponses;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Decodes a body whole and byte by byte, with the fast path on and off, and insists that it makes no difference.</summary>
internal static class Decoding
{
    public static Task<DecodedAnswer> OfOllamaAsync(string body) => OfOllamaAsync(Encoding.UTF8.GetBytes(body));

    public static Task<DecodedAnswer> OfOllamaAsync(byte[] body) =>
        EveryWayAsync(body, stream => new NdjsonFraming(stream), (context, fastPath) => new OllamaStreamDecoder(context, fastPath));

    public static Task<DecodedAnswer> OfChatAsync(string body, OpenAIDialect? dialect = null) => OfChatAsync(Encoding.UTF8.GetBytes(body), dialect);

    public static Task<DecodedAnswer> OfChatAsync(byte[] body, OpenAIDialect? dialect = null) =>
        EveryWayAsync(body, stream => new SseFraming(stream), (context, fastPath) => new OpenAIStreamDecoder(context, dialect ?? OpenAIDialect.Generic, fastPath));

    public static Task<DecodedAnswer> OfAnthropicAsync(string body) =>
        EveryWayAsync(Encoding.UTF8.GetBytes(body), stream => new SseFraming(stream), (context, fastPath) => new AnthropicStreamDecoder(context, fastPath));

    public static Task<DecodedAnswer> OfGeminiAsync(string body, bool isArray = false) => EveryWayAsync(
        Encoding.UTF8.GetBytes(body), stream => isArray ? new JsonArrayFraming(stream) : new SseFraming(stream), (context, fastPath) => new GeminiStreamDecoder(context, fastPath));

    /// <summary>Responses; a token is where the answer is taken up again.</summary>
    public static Task<DecodedAnswer> OfResponsesAsync(string body, OpenAIResponsesToken? resumed = null) =>
        EveryWayAsync(Encoding.UTF8.GetBytes(body), stream => new SseFraming(stream), (context, fastPath) => new OpenAIResponsesStreamDecoder(context, resumed, fastPath));

    public static Task<DecodedAnswer> OfLMStudioAsync(string body, int? maxOutputTokens = null) =>
        EveryWayAsync(Encoding.UTF8.GetBytes(body), stream => new SseFraming(stream), (context, fastPath) => new LMStudioStreamDecoder(context, maxOutputTokens, fastPath));

    private static async Task<DecodedAnswer> EveryWayAsync(byte[] body, Func<Stream, FrameReader> frame, Func<ErrorContext, bool, StreamDecoder> decode)
    {
        DecodedAnswer answer = await OneWayAsync(Splits.Whole(), fastPath: true);
        string text = AnswerText.Of(answer);
        Assert.Equal(text, AnswerText.Of(await OneWayAsync(Splits.Whole(), fastPath: false)));
        Assert.Equal(text, AnswerText.Of(await OneWayAsync(Splits.EveryByte(), fastPath: true)));
        Assert.Equal(text, AnswerText.Of(await OneWayAsync(Splits.EveryByte(), fastPath: false)));
        return answer;

        async Task<DecodedAnswer> OneWayAsync(IEnumerator<int> split, bool fastPath)
        {
            using var stream = new SplitStream(body, split);
            using FrameReader frames = frame(stream);
            return await DecodedAnswer.CollectAsync(DecodedAnswer.UpdatesAsync(frames, decode(new ErrorContext("test"), fastPath)));
        }
    }
}
