using Microsoft.Extensions.AI;

namespace StreamingAdapters.Pipeline;

/// <summary>One stream through the pipeline that is current when its enumeration begins; each enumeration is a call of its own.</summary>
internal sealed class PipelineStream(
    ConfiguredChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken callToken) : IAsyncEnumerable<ChatResponseUpdate>
{
    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        PipelineSnapshot pipeline = client.Enter();
        try
        {
            return new Enumerator(pipeline, pipeline.Client.GetStreamingResponseAsync(messages, options, callToken).GetAsyncEnumerator(cancellationToken));
        }
        catch
        {
            pipeline.Exit();
            throw;
        }
    }

    // No iterator: an update passes without a state machine of its own.
    private sealed class Enumerator(PipelineSnapshot pipeline, IAsyncEnumerator<ChatResponseUpdate> updates) : IAsyncEnumerator<ChatResponseUpdate>
    {
        private bool _hasLeft;

        public ChatResponseUpdate Current => updates.Current;

        public ValueTask<bool> MoveNextAsync() => updates.MoveNextAsync();

        public async ValueTask DisposeAsync()
        {
            try
            {
                await updates.DisposeAsync();
            }
            finally
            {
                if (!_hasLeft)
                {
                    _hasLeft = true;
                    pipeline.Exit();
                }
            }
        }
    }
}
