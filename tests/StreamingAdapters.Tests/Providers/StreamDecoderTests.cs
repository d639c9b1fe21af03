using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Providers.OpenAI;

namespace StreamingAdapters.Tests.Providers;

/// <summary>How answers end that the body itself does not end.</summary>
public sealed class StreamDecoderTests
{
    private static readonly ChatStreamException Cause = new(ChatErrorKind.Network, "The connection broke.");

    [Fact]
    public void FailWith_HeldBackTextAndUsage_DeliversThemFirst()
    {
        var decoder = new OpenAIStreamDecoder(new ErrorContext("test"), OpenAIDialect.Generic);
        Feed(decoder, """{"choices":[{"delta":{"content":"a\ud83d"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""");

        ChatResponseUpdate? update = decoder.FailWith(Cause);

        Assert.Equal("\uFFFD", update!.Text);
        Assert.Equal(2, Assert.Single(update.Contents.OfType<UsageContent>()).Details.OutputTokenCount);
        Assert.Same(Cause, decoder.Failure);
        Assert.False(decoder.IsComplete);
    }

    [Fact]
    public void FailWith_Twice_KeepsTheFirstFailure()
    {
        var decoder = new OllamaStreamDecoder(new ErrorContext("test"));

        Assert.Null(decoder.FailWith(Cause));
        decoder.FailWith(new ChatStreamException(ChatErrorKind.Truncated, "Later."));

        Assert.Same(Cause, decoder.Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void End_BrokenConnection_IsTheFailureUnlessTheAnswerIsWhole(bool isFinished)
    {
        var decoder = new OpenAIStreamDecoder(new ErrorContext("test"), OpenAIDialect.Generic);
        Feed(decoder, """{"choices":[{"delta":{"content":"a"}}]}""");
        if (isFinished)
        {
            Feed(decoder, """{"choices":[{"delta":{},"finish_reason":"stop"}]}""");
        }

        decoder.End(Cause);

        Assert.Equal((isFinished, isFinished ? null : Cause), (decoder.IsComplete, decoder.Failure));
    }

    [Fact]
    public void End_FrameThatIsTooLarge_IsTheFailureBehindAFinishReasonToo()
    {
        var cause = new ChatStreamException(ChatErrorKind.BufferLimitExceeded, "Too large.");
        var decoder = new OpenAIStreamDecoder(new ErrorContext("test"), OpenAIDialect.Generic);
        Feed(decoder, """{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}""");

        decoder.End(cause);

        Assert.Same(cause, decoder.Failure);
    }

    [Fact]
    public void End_BeforeAnything_IsTruncationInWords()
    {
        var decoder = new OllamaStreamDecoder(new ErrorContext("test"));

        Assert.Null(decoder.End(null));

        Assert.Equal((ChatErrorKind.Truncated, true, "test"), (decoder.Failure!.Kind, decoder.Failure.IsTransient, decoder.Failure.Provider));
        Assert.Contains("'test' ended before its terminal signal", decoder.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_DeltasOfOneShape_OutliveTheirFrames()
    {
        var decoder = new OpenAIStreamDecoder(new ErrorContext("test"), OpenAIDialect.Generic);
        byte[] data = Encoding.UTF8.GetBytes("""{"choices":[{"delta":{"content":"abc"}}]}""");
        var frame = new Frame(data, default, FrameKind.Data, IsTerminated: true);

        ChatResponseUpdate?[] updates = [decoder.Decode(in frame), decoder.Decode(in frame)];
        data.AsSpan().Clear();

        Assert.Equal(["abc", "abc"], updates.Select(update => update!.Text));
    }

    private static void Feed(OpenAIStreamDecoder decoder, string json)
    {
        var frame = new Frame(Encoding.UTF8.GetBytes(json), default, FrameKind.Data, IsTerminated: true);
        decoder.Decode(in frame);
    }
}
