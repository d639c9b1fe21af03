using System.Text.Json;
using Anthropic;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Interop.Tests.Sdks;

/// <summary>The usage stage over the chat client of Anthropic's own SDK, which reports once, at the end, with the cached tokens in the input.</summary>
public sealed class SdkUsageTests : IUsageSink
{
    private readonly List<UsageRecord> _records = [];

    public static IEnumerable<ITheoryDataRow> Streams => Fixtures.Files("anthropic", entry => entry.File.EndsWith(".sse", StringComparison.Ordinal));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    void IUsageSink.Write(UsageRecord record) => _records.Add(record);

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Anthropic_RecordedAnswer_IsTheTruthOrAnEstimate(string file)
    {
        FixtureEntry entry = Fixtures.Entry("anthropic", file);
        using IChatClient client = Over(entry.ReadBytes());

        Exception? failure = await Record.ExceptionAsync(() => client.GetStreamingResponseAsync("hi", cancellationToken: Token).ToChatResponseAsync(Token));

        UsageRecord record = Assert.Single(_records);
        if (failure is null && entry.ReadExpected().TryGetProperty("usage", out JsonElement truth) && truth.ValueKind is JsonValueKind.Object)
        {
            Assert.Equal((UsageKind.Reported, StreamOutcome.Completed), (record.Kind, record.Outcome));
            Assert.Equal(
                (truth.GetProperty("input_including_cache").GetInt64(), truth.GetProperty("output").GetInt64()),
                (record.Usage.InputTokenCount, record.Usage.OutputTokenCount));
        }
        else
        {
            Assert.NotEqual(UsageKind.Reported, record.Kind);
            Assert.True(record.Usage.InputTokenCount > 0, "Nothing was estimated.");
        }
    }

    [Fact]
    public async Task Anthropic_BreakAfterContent_IsEstimated()
    {
        using IChatClient client = Over("""
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Twelve bytes"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}

            event: message_stop
            data: {"type":"message_stop"}


            """u8.ToArray());

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("sixteen bytes ok", cancellationToken: Token))
        {
            if (update.Text.Length > 0)
            {
                break;
            }
        }

        await client.GetStreamingResponseAsync("sixteen bytes ok", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Equal(
            [(UsageKind.Estimated, 4, 3), (UsageKind.Reported, 25, 15)],
            _records.Select(record => (record.Kind, record.Usage.InputTokenCount, record.Usage.OutputTokenCount)));
    }

    private StreamingUsageChatClient Over(byte[] body)
    {
        ScriptedHttpResponse answer = ScriptedHttpResponse.Ok("text/event-stream").Bytes(body);
        var http = new HttpClient(new ScriptedHttpHandler(answer, answer));
        IChatClient sdk = new AnthropicClient { HttpClient = http, ApiKey = "test-key", MaxRetries = 0 }.AsIChatClient("claude");
        return new StreamingUsageChatClient(sdk, timeProvider: new ManualTimeProvider(), sinks: [this]);
    }
}
