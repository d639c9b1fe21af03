using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Stages;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>A vendor's own client under every stage, over a scripted server; the client and its protocol are a derived class's.</summary>
public abstract class VendorSuite
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    public static MatrixTheoryData<string, bool> StagesInBothMethods => new([.. Stages.Select(row => row.Data)], [true, false]);

    public static TheoryData<string> Stages => [.. AllStages.Rows.Concat(AllStages.Wholes).Select(row => row.Name)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An answer "Hello" for 3 tokens and of 2, ended by the model.</summary>
    /// <param name="streaming">Whether it is streamed.</param>
    protected abstract ScriptedHttpResponse Hello(bool streaming);

    /// <summary>The bytes of a stream that has said "Hel".</summary>
    protected abstract ScriptedHttpResponse Beginning();

    /// <summary>The vendor's client, for a model "m".</summary>
    protected abstract IChatClient Client(HttpClient http);

    [Theory]
    [MemberData(nameof(StagesInBothMethods))]
    public async Task Answer_UnderAStage_IsTheClientsOwn(string stage, bool streaming)
    {
        using IChatClient bare = Client(Http(new ScriptedHttpHandler(Hello(streaming))));
        using IChatClient client = AllStages.Named(stage).Over(Client(Http(new ScriptedHttpHandler(Hello(streaming)))), _time);

        ChatResponse expected = await bare.AskAsync(streaming);
        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal(("Hello", ChatFinishReason.Stop, 3L, 2L), (response.Text, response.FinishReason, response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
        Assert.Equal(
            (expected.Text, expected.FinishReason, expected.Usage?.InputTokenCount, expected.Usage?.OutputTokenCount, expected.Usage?.TotalTokenCount, expected.ModelId),
            (response.Text, response.FinishReason, response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount, response.Usage?.TotalTokenCount, response.ModelId));
        Assert.Equal(expected.Messages.Select(message => message.Role), response.Messages.Select(message => message.Role));
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task Stream_ConsumerBreaksUnderAStage_ClosesTheResponse(string stage)
    {
        var server = new ScriptedHttpHandler(Beginning().EndsInSilence());
        using IChatClient client = AllStages.Named(stage).Over(Client(Http(server)), _time);

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi", cancellationToken: Token))
        {
            if (update.Text == "Hel")
            {
                break;
            }
        }

        await Assert.Single(server.Exchanges).Disposed.WaitAsync(Safety, Token);
    }

    [Theory]
    [InlineData("UseStreamingIntegrity")]
    [InlineData("UseStreaming enhanced")]
    public async Task Stream_EndsInOrderInTheMiddle_IsTruncated(string stage)
    {
        using IChatClient client = AllStages.Named(stage).Over(Client(Http(new ScriptedHttpHandler(Beginning().EndsInOrder()))), _time);
        List<string> received = [];

        ChatStreamException failure = await Assert.ThrowsAsync<ChatStreamException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Hi", cancellationToken: Token))
            {
                received.Add(update.Text);
            }
        });

        Assert.Equal((ChatErrorKind.Truncated, "Hel"), (failure.Kind, string.Concat(received)));
    }

    private static HttpClient Http(ScriptedHttpHandler server) => new(server) { BaseAddress = new Uri("http://localhost") };
}
