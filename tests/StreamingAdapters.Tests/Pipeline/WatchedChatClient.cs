using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>A link of a pipeline, or its end, that counts how often it is disposed.</summary>
internal sealed class WatchedChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public int Disposals { get; private set; }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
