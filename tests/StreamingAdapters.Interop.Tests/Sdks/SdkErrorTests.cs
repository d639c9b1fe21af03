using System.ClientModel;
using Microsoft.Extensions.AI;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Errors;

namespace StreamingAdapters.Interop.Tests.Sdks;

/// <summary>The same failure gives the same exception over the SDKs as over our client, whatever theirs are.</summary>
public sealed class SdkErrorTests
{
    public static MatrixTheoryData<string, string> RowsOfEverySdk => new([SdkClients.OpenAI, SdkClients.Anthropic], ErrorRows.All.Select(row => row.Name));

    public static TheoryData<string> Sdks => SdkClients.Names;

    public static MatrixTheoryData<string, bool> SdksInBothMethods => SdkClients.NamesInBothMethods;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(RowsOfEverySdk))]
    public async Task Status_EveryRow_MeansTheSameAsOverOurClient(string sdk, string name)
    {
        ErrorRow row = ErrorRows.Find(name);

        ChatAdapterException ours = await FailureOfAsync(SdkClients.Ours(Answer(row)), streaming: true);
        ChatAdapterException theirs = await FailureOfAsync(SdkClients.Under(sdk, Answer(row)), streaming: true);

        Assert.Equal(Facts(ours), Facts(theirs));
        Assert.Equal((row.Kind, row.Feature), (theirs.Kind, theirs.Feature));
        Assert.Equal("", theirs.Partial);
        Assert.Equal(sdk is SdkClients.OpenAI ? typeof(ClientResultException) : theirs.InnerException!.GetType(), theirs.InnerException!.GetType());
    }

    [Theory]
    [MemberData(nameof(SdksInBothMethods))]
    public async Task Status_ProvidersText_StaysOutOfMessageAndLog(string sdk, bool streaming)
    {
        ScriptedHttpResponse answer = ScriptedHttpResponse.Status(400, "application/json").Text("""{"error":{"message":"QUOTE of a prompt","type":"invalid_request_error"}}""");

        ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(sdk, answer), streaming);

        Assert.Equal((ChatErrorKind.InvalidRequest, 400), (failure.Kind, failure.StatusCode));
        Assert.Equal("QUOTE of a prompt", failure.ProviderMessage);
        Assert.Contains("QUOTE", failure.InnerException!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("QUOTE", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(failure.InnerException.GetType().FullName!, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SdksInBothMethods))]
    public async Task Status_PromptEchoedWithAPhrase_DoesNotDecide(string sdk, bool streaming)
    {
        const string Prompt = "the prompt is too long, said she";
        ScriptedHttpResponse answer = ScriptedHttpResponse.Status(400, "application/json").Text($$$"""{"error":{"message":"Cannot read '{{{Prompt}}}'","type":"invalid_request_error"}}""");

        ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(sdk, answer), streaming, Prompt);

        Assert.Equal(ChatErrorKind.InvalidRequest, failure.Kind);
    }

    [Theory]
    [InlineData("retry-after", "7", 7)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("retry-after", "Wed, 21 Oct 2026 07:28:30 GMT", 30)]
    public async Task RetryHint_InAHeader_IsReadThroughTheOpenAISdk(string header, string value, double seconds)
    {
        ScriptedHttpResponse answer = ScriptedHttpResponse.Status(429, "application/json").Header(header, value).Header("date", "Wed, 21 Oct 2026 07:28:00 GMT").Text("{}");

        ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(SdkClients.OpenAI, answer), streaming: true);

        Assert.Equal((ChatErrorKind.RateLimited, TimeSpan.FromSeconds(seconds)), (failure.Kind, failure.RetryAfter));
    }

    [Theory]
    [MemberData(nameof(SdksInBothMethods))]
    public async Task Transport_NoConnection_IsNetwork(string sdk, bool streaming)
    {
        ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(sdk, ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.NameResolutionError)), streaming);

        Assert.IsType<ChatStreamException>(failure);
        Assert.Equal(ChatErrorKind.Network, failure.Kind);
        Assert.Contains("was not found: its host name is unknown", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Transport_BodyBreaksBeforeContent_MeansTheSameAsOverOurClient(string sdk)
    {
        foreach (ScriptedHttpResponse answer in (ScriptedHttpResponse[])[SdkClients.Stream("").EndsByReset(), SdkClients.Stream("").EndsPrematurely()])
        {
            ChatAdapterException ours = await FailureOfAsync(SdkClients.Ours(answer), streaming: true);
            ChatAdapterException theirs = await FailureOfAsync(SdkClients.Under(sdk, answer), streaming: true);

            Assert.Equal(ChatErrorKind.Network, ours.Kind);
            Assert.Equal(Facts(ours), Facts(theirs));
        }
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Transport_BodyBreaksAfterContent_IsTruncatedWithThePartial(string sdk)
    {
        string beginning = SdkClients.Beginning(sdk);
        foreach (ScriptedHttpResponse answer in (ScriptedHttpResponse[])[SdkClients.Stream(beginning).EndsByReset(), SdkClients.Stream(beginning).EndsPrematurely()])
        {
            ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(sdk, answer), streaming: true);

            Assert.Equal((ChatErrorKind.Truncated, "Hel"), (failure.Kind, failure.Partial));
        }
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Stream_EventThatIsNoJson_IsMalformedWithThePartial(string sdk)
    {
        ScriptedHttpResponse answer = SdkClients.Stream(SdkClients.Beginning(sdk) + SdkClients.BrokenEvent(sdk));

        ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(sdk, answer), streaming: true);

        Assert.Equal((ChatErrorKind.MalformedStream, "Hel"), (failure.Kind, failure.Partial));
        Assert.DoesNotContain("QUOTE", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Response_PageInsteadOfJson_IsMalformed(string sdk)
    {
        ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(sdk, ScriptedHttpResponse.Ok("text/html").Text("<html>QUOTE")), streaming: false);

        Assert.Equal(ChatErrorKind.MalformedStream, failure.Kind);
        Assert.DoesNotContain("QUOTE", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overloaded_error", ChatErrorKind.Overloaded)]
    [InlineData("api_error", ChatErrorKind.ServerError)]
    [InlineData("rate_limit_error", ChatErrorKind.RateLimited)]
    public async Task Stream_ErrorEventOfAnthropic_MeansTheSameAsItsStatus(string type, ChatErrorKind kind)
    {
        string error = $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"QUOTE isn't 'it'"}}""";
        ScriptedHttpResponse theirs = SdkClients.Stream(SdkClients.Beginning(SdkClients.Anthropic) + $"event: error\ndata: {error}\n\n");
        ScriptedHttpResponse ours = SdkClients.Stream(SdkClients.Beginning(SdkClients.OpenAI) + $"data: {error}\n\n");

        ChatAdapterException failure = await FailureOfAsync(SdkClients.Under(SdkClients.Anthropic, theirs), streaming: true);
        ChatAdapterException twin = await FailureOfAsync(SdkClients.Ours(ours), streaming: true);

        Assert.Equal((kind, "Hel"), (failure.Kind, failure.Partial));
        Assert.Equal(Facts(twin), Facts(failure));
        Assert.Equal("QUOTE isn't 'it'", failure.ProviderMessage);
        Assert.DoesNotContain("QUOTE", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SdksInBothMethods))]
    public async Task Timeout_OfTheSdkOrItsHttpClient_IsATimeout(string sdk, bool streaming)
    {
        TimeSpan once = TimeSpan.FromMilliseconds(1);
        using var http = new HttpClient(new ScriptedHttpHandler(ScriptedHttpResponse.NeverAnswers()));
        using var limited = new HttpClient(new ScriptedHttpHandler(ScriptedHttpResponse.NeverAnswers())) { Timeout = once };

        foreach (IChatClient inner in (IChatClient[])[SdkClients.Bare(sdk, http, once), SdkClients.Bare(sdk, limited)])
        {
            ChatTimeoutException failure = Assert.IsType<ChatTimeoutException>(await FailureOfAsync(new StreamingErrorsChatClient(inner), streaming));

            Assert.Equal(ChatErrorKind.HeadersTimeout, failure.Kind);
            Assert.IsAssignableFrom<OperationCanceledException>(failure.InnerException);
        }
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Cancellation_WhileTheSdkWaits_StaysOne(string sdk)
    {
        using var caller = new CancellationTokenSource();
        var server = new ScriptedHttpHandler(SdkClients.Stream(SdkClients.Beginning(sdk)).EndsInSilence());
        using var client = new StreamingErrorsChatClient(SdkClients.Bare(sdk, new HttpClient(server)));

        Task reading = Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Task.Run(() => client.GetStreamingResponseAsync("hi", cancellationToken: caller.Token).ToChatResponseAsync(Token), Token));
        await (await server.WaitForRequestAsync(0, Token)).ReadPending.WaitAsync(Token);
        await caller.CancelAsync();

        await reading;
    }

    [Fact]
    public async Task Retries_OfTheOpenAISdkAllFail_IsTheLastFailure()
    {
        var server = new ScriptedHttpHandler(ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.ConnectionError));
        using var client = new StreamingErrorsChatClient(new OpenAISdkChatClient(new HttpClient(server), new SdkClients.EagerRetries(2)));

        ChatAdapterException failure = await FailureOfAsync(client, streaming: true);

        Assert.Equal(3, server.Exchanges.Count);
        Assert.Equal(ChatErrorKind.Network, failure.Kind);
        Assert.IsType<AggregateException>(failure.InnerException);
    }

    private static ScriptedHttpResponse Answer(ErrorRow row) => ScriptedHttpResponse.Status(row.Status, "application/json").Text(row.Body);

    private static object Facts(ChatAdapterException failure) =>
        (failure.GetType(), failure.Kind, failure.IsTransient, failure.StatusCode, failure.ErrorCode, failure.Feature, failure.RetryAfter, failure.ProviderMessage);

    private static async Task<ChatAdapterException> FailureOfAsync(IChatClient client, bool streaming, string prompt = "hi")
    {
        using IChatClient disposed = client;
        return await Assert.ThrowsAnyAsync<ChatAdapterException>(() => streaming
            ? client.GetStreamingResponseAsync(prompt, cancellationToken: Token).ToChatResponseAsync(Token)
            : client.GetResponseAsync(prompt, cancellationToken: Token));
    }
}
