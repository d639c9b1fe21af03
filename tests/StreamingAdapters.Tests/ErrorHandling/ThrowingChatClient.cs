using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.ErrorHandling;

/// <summary>Gives one update and throws, or throws at the call when there is no text; remembers what it threw.</summary>
internal sealed class ThrowingChatClient(string? text, Action fail) : IChatClient
{
    public Exception? Thrown { get; private set; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        Fail();
        return new ChatResponse();
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (text is null)
        {
            Fail();
        }

        return StreamAsync();
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync()
    {
        await Task.Yield();
        yield return new ChatResponseUpdate(ChatRole.Assistant, text);
        Fail();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fail()
    {
        try
        {
            fail();
        }
        catch (Exception e)
        {
            Thrown = e;
            throw;
        }
    }
}
