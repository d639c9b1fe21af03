using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>The updates of one stream and how it ended.</summary>
internal sealed record DecodedAnswer(IReadOnlyList<ChatResponseUpdate> Updates, Exception? Failure)
{
    public IEnumerable<AIContent> Contents => Updates.SelectMany(update => update.Contents);

    public string Text => string.Concat(Contents.OfType<TextContent>().Select(content => content.Text));

    public string Reasoning => string.Concat(Contents.OfType<TextReasoningContent>().Select(content => content.Text));

    public ChatFinishReason? FinishReason => Updates.Select(update => update.FinishReason).SingleOrDefault(reason => reason is not null);

    public UsageDetails? Usage => Contents.OfType<UsageContent>().SingleOrDefault()?.Details;

    public ChatErrorKind? FailureKind => (Failure as ChatAdapterException)?.Kind;

    /// <summary>Through the client: request, response, framing, decoder.</summary>
    public static async Task<DecodedAnswer> ByClientAsync(string decoder, ReadOnlyMemory<byte> body, IEnumerator<int> sizes)
    {
        using IChatClient client = ClientOf(decoder, body, sizes);
        return await CollectAsync(client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")]));
    }

    /// <summary>A client that is answered with a body.</summary>
    public static IChatClient ClientOf(string decoder, ReadOnlyMemory<byte> body, IEnumerator<int> sizes) => ClientOf(decoder, () =>
    {
        var content = new StreamContent(new SplitStream(body, sizes));
        content.Headers.ContentType = new MediaTypeHeaderValue(WireProtocol.Of(decoder).MediaType(body));
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    });

    /// <summary>A client whose requests are answered by a function.</summary>
    public static IChatClient ClientOf(string decoder, Func<HttpResponseMessage> answer) =>
        WireProtocol.Of(decoder).CreateClient(new HttpClient(new AnsweringHandler(answer)));

    /// <summary>The framing and the decoder alone, with or without the fast path.</summary>
    public static async Task<DecodedAnswer> DirectAsync(string decoder, ReadOnlyMemory<byte> body, IEnumerator<int> sizes, bool fastPath)
    {
        using var stream = new SplitStream(body, sizes);
        WireProtocol protocol = WireProtocol.Of(decoder);
        using FrameReader frames = protocol.CreateFraming(stream, protocol.MediaType(body));
        return await CollectAsync(UpdatesAsync(frames, protocol.CreateDecoder(new ErrorContext(decoder), fastPath)));
    }

    public static async Task<DecodedAnswer> CollectAsync(IAsyncEnumerable<ChatResponseUpdate> stream)
    {
        List<ChatResponseUpdate> updates = [];
        try
        {
            await foreach (ChatResponseUpdate update in stream)
            {
                updates.Add(update);
            }

            return new DecodedAnswer(updates, null);
        }
        catch (Exception e)
        {
            return new DecodedAnswer(updates, e);
        }
    }

    /// <summary>What a decoder makes of the frames, then its failure.</summary>
    public static async IAsyncEnumerable<ChatResponseUpdate> UpdatesAsync(FrameReader frames, StreamDecoder decoder)
    {
        bool ended = false;
        while (!decoder.IsComplete && decoder.Failure is null)
        {
            ChatResponseUpdate? update = null;
            if (frames.TryRead(out Frame frame))
            {
                update = decoder.Decode(in frame);
            }
            else if (ended)
            {
                update = decoder.End(null);
            }
            else
            {
                ended = !await frames.FillAsync(CancellationToken.None);
            }

            if (update is not null)
            {
                yield return update;
            }
        }

        if (decoder.Failure is not null)
        {
            throw decoder.Failure;
        }
    }

    private sealed class AnsweringHandler(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }
}
