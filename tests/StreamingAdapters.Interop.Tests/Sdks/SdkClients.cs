using System.ClientModel.Primitives;
using Anthropic;
using Microsoft.Extensions.AI;
using StreamingAdapters.ErrorHandling;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Interop.Tests.Sdks;

/// <summary>The clients that are compared: ours, and the SDKs' under the errors stage, each over a scripted server.</summary>
internal static class SdkClients
{
    public const string OpenAI = "OpenAI SDK";
    public const string Anthropic = "Anthropic SDK";

    public static TheoryData<string> Names => [OpenAI, Anthropic];

    public static MatrixTheoryData<string, bool> NamesInBothMethods => new([OpenAI, Anthropic], [true, false]);

    public static OpenAIChatClient Ours(params ScriptedHttpResponse[] responses) =>
        new(new OpenAIOptions { Model = "m", ApiKey = "sk-0123456789" }, new HttpClient(new ScriptedHttpHandler(responses)));

    public static IChatClient Under(string sdk, params ScriptedHttpResponse[] responses) => new StreamingErrorsChatClient(Bare(sdk, new HttpClient(new ScriptedHttpHandler(responses))));

    public static IChatClient Bare(string sdk, HttpClient http, TimeSpan? timeout = null) => sdk switch
    {
        OpenAI => new OpenAISdkChatClient(http, timeout: timeout),
        _ => new AnthropicClient { ApiKey = "sk-ant-0123456789", HttpClient = http, MaxRetries = 0, Timeout = timeout }.AsIChatClient("m"),
    };

    /// <summary>The events of an answer that has begun with "Hel", in the SDK's protocol.</summary>
    public static string Beginning(string sdk) => sdk switch
    {
        OpenAI =>
            """
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}


            """,
        _ =>
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}


            """,
    };

    /// <summary>An event that is cut inside its JSON.</summary>
    public static string BrokenEvent(string sdk) => sdk switch
    {
        OpenAI => "data: {\"id\":\"QUOTE\n\n",
        _ => "event: content_block_delta\ndata: {\"type\":\"QUOTE\n\n",
    };

    public static ScriptedHttpResponse Stream(string text) => ScriptedHttpResponse.Ok("text/event-stream").Text(text);

    /// <summary>The SDK's usual attempts, without its waits between them.</summary>
    public sealed class EagerRetries(int count) : ClientRetryPolicy(count)
    {
        protected override TimeSpan GetNextDelay(PipelineMessage message, int tryCount) => TimeSpan.Zero;
    }
}
