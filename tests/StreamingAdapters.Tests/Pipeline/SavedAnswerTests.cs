using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using StreamingAdapters.Providers;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>An answer that was read through every stage, saved and sent again makes the request that it would make if there were no stages.</summary>
public sealed partial class SavedAnswerTests
{
    private const string OllamaBody =
        """
        {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","thinking":"Let me think."},"done":false}
        {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hel"},"done":false}
        {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"lo"},"done":false}
        {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Graz"}}}]},"done":false}
        {"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load","prompt_eval_count":7,"eval_count":5}

        """;

    private const string OpenAIBody =
        """
        data: {"id":"c1","object":"chat.completion.chunk","created":1767225600,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null},{"index":1,"delta":{"content":"other"},"finish_reason":null}],"usage":{"prompt_tokens":7,"completion_tokens":1,"total_tokens":8}}

        data: {"id":"c1","object":"chat.completion.chunk","created":1767225600,"model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}

        data: {"id":"c1","object":"chat.completion.chunk","created":1767225600,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"no object"}}]},"finish_reason":null}]}

        data: {"id":"c1","object":"chat.completion.chunk","created":1767225600,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"function_call"}],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}

        data: [DONE]


        """;

    public static MatrixTheoryData<string, bool> ProvidersWithAndWithoutCoalescing => new(["ollama", "openai-chat"], [true, false]);

    // LM Studio's own API keeps the conversation: no request of it carries an answer.
    public static IEnumerable<ITheoryDataRow> Recordings => RecordedStream.Names(recording => recording.Decoder is not ("sse" or "lmstudio-native") && recording.Expected.GetProperty("complete").GetBoolean());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ProvidersWithAndWithoutCoalescing))]
    public async Task Send_SavedAnswer_IsTheRequestWithoutMetadata(string decoder, bool coalescing)
    {
        byte[] body = Encoding.UTF8.GetBytes((decoder == "ollama" ? OllamaBody : OpenAIBody).ReplaceLineEndings("\n"));

        await CheckAsync(decoder, body, coalescing);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Send_SavedRecordedAnswer_IsTheRequestWithoutMetadata(string name)
    {
        RecordedStream recording = RecordedStream.All[name];

        await CheckAsync(recording.Decoder, recording.Bytes, coalescing: true);
    }

    private static async Task CheckAsync(string decoder, byte[] body, bool coalescing)
    {
        ChatResponse bare = await AnswerAsync(Provider(decoder, Answering(decoder, body)));
        ChatResponse enhanced = await AnswerAsync(Enhance(Provider(decoder, Answering(decoder, body)), coalescing));
        List<ChatMessage> asItWas = History(enhanced);
        List<ChatMessage> saved = [.. asItWas.Select(AIJson.Through)];

        string expected = await SendAsync(decoder, body, [.. History(bare).Select(AIJson.Through)], enhances: false);

        Assert.NotNull(enhanced.AdditionalProperties?[StreamingKeys.Summary]);
        Assert.Contains(saved, message => message.AdditionalProperties?.ContainsKey(StreamingKeys.Index) is true);
        Assert.DoesNotContain("streaming.", expected, StringComparison.Ordinal);
        foreach (List<ChatMessage> history in new[] { asItWas, saved })
        {
            Assert.Equal(expected, await SendAsync(decoder, body, history, enhances: false));
            Assert.Equal(expected, await SendAsync(decoder, body, history, enhances: true));
        }

        Assert.Contains(saved, message => message.AdditionalProperties?.ContainsKey(StreamingKeys.Index) is true);
    }

    private static List<ChatMessage> History(ChatResponse response)
    {
        AIContent[] results = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => new FunctionResultContent(call.CallId, "rain"))];
        List<ChatMessage> history = [new(ChatRole.User, "hi"), .. response.Messages];
        if (results.Length > 0)
        {
            history.Add(new ChatMessage(ChatRole.Tool, results));
        }

        history.Add(new ChatMessage(ChatRole.User, "go on"));
        return history;
    }

    private static async Task<ChatResponse> AnswerAsync(IChatClient client)
    {
        using (client)
        {
            return await client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token);
        }
    }

    // The answer is of no interest.
    private static async Task<string> SendAsync(string decoder, byte[] body, List<ChatMessage> history, bool enhances)
    {
        ScriptedHttpHandler handler = Answering(decoder, body);
        IChatClient provider = Provider(decoder, handler);
        using IChatClient client = enhances ? Enhance(provider, coalescing: true) : provider;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(history, cancellationToken: Token))
        {
            break;
        }

        return WithoutInventedIds(Encoding.UTF8.GetString(Assert.Single(handler.Exchanges).Body.Span));
    }

    // A call to which the server gave no id has a random one.
    private static string WithoutInventedIds(string body)
    {
        List<string> ids = [];
        return InventedId().Replace(body, match =>
        {
            if (!ids.Contains(match.Value))
            {
                ids.Add(match.Value);
            }

            return $"call_{ids.IndexOf(match.Value)}";
        });
    }

    [GeneratedRegex("call_[0-9a-f]{32}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex InventedId();

    private static IChatClient Enhance(IChatClient provider, bool coalescing) => provider.Enhanced(
        new TestServices(new ManualTimeProvider()), coalescing, options => options.Validation.AllowEmptyMessages = options.Validation.AllowAnyToolOrder = true);

    private static ScriptedHttpHandler Answering(string decoder, byte[] body) =>
        new(ScriptedHttpResponse.Ok(WireProtocol.Of(decoder).MediaType(body)).Bytes(body));

    private static HttpChatClient Provider(string decoder, ScriptedHttpHandler handler) => WireProtocol.Of(decoder).CreateClient(new HttpClient(handler));
}
