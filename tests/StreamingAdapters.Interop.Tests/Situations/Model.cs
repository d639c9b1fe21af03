using Anthropic;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Interop.Tests.Situations;

/// <summary>A client that a situation runs over, and how often it was asked.</summary>
internal sealed record Model(IChatClient Client, Func<int> Calls)
{
    public static string[] Names => ["by hand", "Anthropic SDK"];

    /// <summary>Asks for the tool "weather" and answers with the result of it: 10 and 5 tokens, then 20 and 7.</summary>
    public static Model WithTools(string name, bool streaming) => Named(name, AnthropicWire.ToolCall(1, streaming, 10, 5), AnthropicWire.Text(2, streaming, 20, 7, "It ", "rains."));

    /// <summary>Answers twice: 10 and 5 tokens, then 20 and 7.</summary>
    public static Model Talking(string name, bool streaming) =>
        Named(name, AnthropicWire.Text(1, streaming, 10, 5, "It ", "snows."), AnthropicWire.Text(2, streaming, 20, 7, "It ", "rains."));

    private static Model Named(string name, params ScriptedHttpResponse[] responses)
    {
        if (name == Names[0])
        {
            var byHand = new ToolCallingChatClient();
            return new Model(byHand, () => byHand.Calls);
        }

        var server = new ScriptedHttpHandler(responses);
        return new Model(
            new AnthropicClient { ApiKey = "sk-ant-0123456789", HttpClient = new HttpClient(server), MaxRetries = 0 }.AsIChatClient("m"),
            () => server.Exchanges.Count);
    }
}
