using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Routing;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Routing;

/// <summary>What a server keeps goes on there: conversations by their id, answers by their token.</summary>
public sealed class RoutedConversationTests
{
    private readonly Dictionary<string, ScriptedChatClient> _clients = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ConversationThatARouteKeeps_StaysThere(bool streaming)
    {
        using ModelRoutingChatClient client = Create(
            Route("local") with { SupportsVision = false }, Keeping("cloud", "resp_1"), Route("other") with { Prefixes = ["other-"] }, Keeping("named", "resp_2") with { Prefixes = ["named/"] });
        var image = new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);

        await AskAsync(client, streaming, image);
        await AskAsync(client, streaming, new ChatMessage(ChatRole.User, "and?"), new ChatOptions { ConversationId = "resp_1" });
        await AskAsync(client, streaming, new ChatMessage(ChatRole.User, "and?"), new ChatOptions { ConversationId = "resp_unknown" });
        await AskAsync(client, streaming, new ChatMessage(ChatRole.User, "and?"), new ChatOptions { ConversationId = "resp_1", ModelId = "other-model" });

        Assert.Equal((1, 2, 1), (_clients["local"].Calls.Count, _clients["cloud"].Calls.Count, _clients["other"].Calls.Count));

        // A route that has prefixes goes on with what it keeps also where a call names no model.
        await AskAsync(client, streaming, new ChatMessage(ChatRole.User, "hi"), new ChatOptions { ModelId = "named/m" });
        await AskAsync(client, streaming, new ChatMessage(ChatRole.User, "and?"), new ChatOptions { ConversationId = "resp_2" });

        Assert.Equal(2, _clients["named"].Calls.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_RecoveryWentOnToAnotherRoute_ThatOneKeepsTheConversation(bool streaming)
    {
        var made = ResponseContinuationToken.FromBytes("made by the cloud"u8.ToArray());
        ModelRoute cloud = Keeping("cloud", "resp_1", made);
        IChatClient down = new ScriptedChatClient(StreamScript.New().Fault(new ChatProviderException(ChatErrorKind.ServerError, "down")));
        var recovery = new StreamingRecoveryOptions { Primary = { Name = "local" }, Routes = [new RecoveryRoute { Name = "cloud", Client = cloud.Client, Model = "m" }] };
        foreach (ChatErrorKind kind in Enum.GetValues<ChatErrorKind>())
        {
            recovery.Rules[kind] = recovery.Rules[kind] with { Retries = 0 };
        }

        using var client = new ModelRoutingChatClient(new ModelRoute { Name = "local", Client = down.AsBuilder().UseStreamingRecovery(recovery).Build() }, cloud with { Prefixes = ["cloud/"] });

        ResponseContinuationToken? token = await AskAsync(client, streaming, new ChatMessage(ChatRole.User, "hi"));
        await AskAsync(client, streaming, new ChatMessage(ChatRole.User, "and?"), new ChatOptions { ConversationId = "resp_1" });
        await AskAsync(client, streaming, message: null, new ChatOptions { ContinuationToken = token });

        Assert.Equal([null, "resp_1", null], _clients["cloud"].Calls.Select(call => call.Options?.ConversationId));
        Assert.Equal(made.ToBytes().ToArray(), _clients["cloud"].Calls[2].Options!.ContinuationToken!.ToBytes().ToArray());
    }

    [Fact]
    public async Task Call_TokenThatIsBroken_IsLeftToTheClient()
    {
        using ModelRoutingChatClient client = Create(Route("local"));
        var broken = ResponseContinuationToken.FromBytes("streaming-adapters/route/1 %%% x"u8.ToArray());

        await AskAsync(client, streaming: true, new ChatMessage(ChatRole.User, "hi"), new ChatOptions { ContinuationToken = broken });

        Assert.Same(broken, _clients["local"].Calls[0].Options!.ContinuationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_ContinuationToken_GoesToTheRouteThatMadeIt(bool streaming)
    {
        var made = ResponseContinuationToken.FromBytes("made by the cloud"u8.ToArray());
        using ModelRoutingChatClient client = Create(Route("local") with { SupportsVision = false }, Keeping("cloud, äh", "resp_1", made));
        using ModelRoutingChatClient another = Create(Route("local"));
        var image = new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);

        ResponseContinuationToken token = (await AskAsync(client, streaming, image))!;
        var options = new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes(token.ToBytes()) };
        await AskAsync(client, streaming, message: null, options);
        var lost = await Assert.ThrowsAsync<ChatValidationException>(() => AskAsync(another, streaming, message: null, options));

        ChatOptions? asked = _clients["cloud, äh"].Calls[1].Options;
        Assert.Equal(made.ToBytes().ToArray(), asked!.ContinuationToken!.ToBytes().ToArray());
        Assert.Equal("The answer to go on with was made by the route 'cloud, äh', and there is none of that name.", lost.Message);
    }

    private static ModelRoutingChatClient Create(params ModelRoute[] routes) => new(routes);

    private ModelRoute Route(string name)
    {
        ScriptedChatClient client = _clients[name] = new ScriptedChatClient(StreamScript.New().Text(name).Finish());
        return new ModelRoute { Name = name, Client = client };
    }

    // The token to go on with.
    private static async Task<ResponseContinuationToken?> AskAsync(ModelRoutingChatClient client, bool streaming, ChatMessage? message, ChatOptions? options = null)
    {
        ChatMessage[] messages = message is null ? [] : [message];
        return streaming
            ? (await client.GetStreamingResponseAsync(messages, options, Token).ToArrayAsync(Token)).Select(update => update.ContinuationToken).FirstOrDefault(token => token is not null)
            : (await client.GetResponseAsync(messages, options, Token)).ContinuationToken;
    }

    private ModelRoute Keeping(string name, string conversationId, ResponseContinuationToken? token = null)
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, name) { ConversationId = conversationId, ContinuationToken = token, FinishReason = ChatFinishReason.Stop };
        StreamScript script = StreamScript.New().Update(update);
        _clients[name] = new ScriptedChatClient(script);
        return new ModelRoute { Name = name, Client = new BackgroundChatClient(_clients[name], token) };
    }

    // A response of which the server makes more: the aggregated stream has no token.
    private sealed class BackgroundChatClient(IChatClient inner, ResponseContinuationToken? token) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken);
            response.ContinuationToken = token;
            return response;
        }
    }
}
