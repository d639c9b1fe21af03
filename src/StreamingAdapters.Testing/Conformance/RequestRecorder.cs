using System.Text.Json;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>The requests of a client: what an emulated server received, or what went through this handler on the way to a real one.</summary>
internal sealed class RequestRecorder(EmulatedServer? server) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly Lock _lock = new();
    private readonly List<JsonElement> _bodies = [];

    /// <summary>The last request's body.</summary>
    public JsonElement Last
    {
        get
        {
            if (server is not null)
            {
                return server.Requests is [.., { Json: { } json }] ? json : throw Missing();
            }

            lock (_lock)
            {
                return _bodies is [.., var last] ? last : throw Missing();
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
        {
            using JsonDocument document = JsonDocument.Parse(await request.Content.ReadAsByteArrayAsync(cancellationToken));
            lock (_lock)
            {
                _bodies.Add(document.RootElement.Clone());
            }
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private static ConformanceException Missing() => new("Expected the client to send a request with a JSON body; it sent none.");
}
