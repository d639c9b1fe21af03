using System.Net;
using System.Net.Http.Headers;

namespace Benchmarks.Bodies;

/// <summary>Answers every request with the same body, without a network.</summary>
internal sealed class BodyHandler(RenderedBody body) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Respond(request));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Respond(request);

    private HttpResponseMessage Respond(HttpRequestMessage request)
    {
        var content = new StreamContent(new PacketStream(body.Bytes));
        content.Headers.ContentType = new MediaTypeHeaderValue(body.MediaType);
        return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = content };
    }
}
