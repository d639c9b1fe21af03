using System.Net;
using System.Net.Http.Headers;

namespace StreamingAdapters.Interop.Tests;

/// <summary>Answers every request with the same body, without a network.</summary>
internal sealed class CannedHandler(string mediaType, string body) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(request));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Answer(request);

    private HttpResponseMessage Answer(HttpRequestMessage request) => new(HttpStatusCode.OK)
    {
        RequestMessage = request,
        Content = new StringContent(body, new MediaTypeHeaderValue(mediaType)),
    };
}
