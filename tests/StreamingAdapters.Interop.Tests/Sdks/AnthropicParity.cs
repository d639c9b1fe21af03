using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Anthropic;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests;

namespace StreamingAdapters.Interop.Tests.Sdks;

/// <summary>One recorded answer of Anthropic's through our client and through the chat client of Anthropic's own SDK.</summary>
/// <param name="Ours">What our client makes of it.</param>
/// <param name="Sdk">What the SDK makes of it.</param>
/// <param name="IsWhole">Whether the answer is whole.</param>
/// <param name="Calls">How many tool calls it holds, also such as its limit cut off.</param>
internal sealed record AnthropicParity(AnthropicParity.Answer Ours, AnthropicParity.Answer Sdk, bool IsWhole, int Calls)
{
    /// <summary>What the SDK makes of the answer that it should not; null where it survives it.</summary>
    public string? Verdict =>
        IsWhole && Sdk.Failure is not null ? $"fails: `{Sdk.Failure}`"
        : !IsWhole && Sdk.Failure is null ? "ends as if it were whole"
        : Sdk.CallCount < Calls ? "loses a tool call that the limit of tokens cut off"
        : null;

    /// <summary>Reads a recording with both.</summary>
    public static async Task<AnthropicParity> OfAsync(FixtureEntry entry, CancellationToken cancellationToken)
    {
        byte[] body = entry.ReadBytes();
        using var ours = new AnthropicChatClient(new AnthropicOptions { Model = "m", ApiKey = "sk-ant-0123456789" }, Answering(body));
        using IChatClient sdk = new AnthropicClient { ApiKey = "sk-ant-0123456789", HttpClient = Answering(body), MaxRetries = 0 }.AsIChatClient("m");
        JsonElement expected = entry.ReadExpected();
        return new AnthropicParity(
            await Answer.OfAsync(ours, cancellationToken), await Answer.OfAsync(sdk, cancellationToken), expected.GetProperty("complete").GetBoolean(), expected.GetProperty("tool_calls").GetArrayLength());
    }

    private static HttpClient Answering(byte[] body) => new(new Handler(body));

    /// <summary>Everything of an answer that both clients have a word for.</summary>
    internal sealed record Answer(string Text, string Tools, long? Input, long? Output, string? Finish, string? Failure)
    {
        public int CallCount => Tools.Length == 0 ? 0 : Tools.Split('\n').Length;

        public static async Task<Answer> OfAsync(IChatClient client, CancellationToken cancellationToken)
        {
            List<ChatResponseUpdate> updates = [];
            string? failure = null;
            try
            {
                await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi", cancellationToken: cancellationToken))
                {
                    updates.Add(update);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failure = e is ChatAdapterException ours ? ours.Kind.ToString() : e.GetType().Name;
            }

            ChatResponse response = updates.ToChatResponse();
            IEnumerable<string> tools = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(Call);
            return new Answer(response.Text, string.Join('\n', tools), response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount, response.FinishReason?.Value, failure);
        }

        // Arguments by their JSON: what carries them differs.
        private static string Call(FunctionCallContent call) =>
            $"{call.CallId} {call.Name} {JsonSerializer.Serialize(new SortedDictionary<string, object?>(call.Arguments ?? new Dictionary<string, object?>(), StringComparer.Ordinal))}";
    }

    private sealed class Handler(byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
