using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Interop.Tests.Peers;

/// <summary>One activity per call, over all of its updates, which it keeps to describe the answer at the end, as the field's tracing does.</summary>
internal sealed class SpanChatClient(IChatClient innerClient, string sourceName) : DelegatingChatClient(innerClient)
{
    private readonly ActivitySource _source = new(sourceName);

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using Activity? span = _source.StartActivity("chat");
        ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken);
        Describe(span, response);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using Activity? span = _source.StartActivity("chat");
        List<ChatResponseUpdate> updates = [];
        try
        {
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                updates.Add(update);
                yield return update;
            }
        }
        finally
        {
            Describe(span, updates.ToChatResponse());
        }
    }

    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        base.Dispose(disposing);
    }

    private static void Describe(Activity? span, ChatResponse response) => span?
        .SetTag("gen_ai.response.model", response.ModelId)
        .SetTag("gen_ai.usage.output_tokens", response.Usage?.OutputTokenCount);
}
