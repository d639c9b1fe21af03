using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>Disposes an HttpClient that is not its own.</summary>
internal sealed class DisposingChatClient(IChatClient inner, HttpClient? httpClient) : DelegatingChatClient(inner)
{
    protected override void Dispose(bool disposing)
    {
        httpClient?.Dispose();
        base.Dispose(disposing);
    }
}
