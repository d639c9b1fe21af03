using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Providers;

/// <summary>The request that a client sends for one message.</summary>
internal sealed record SentRequest(Uri Uri, string? Authorization, string? ApiKey, string Accept, JsonObject Body, string Headers)
{
    public static async Task<SentRequest> ByAsync(Func<HttpClient, IChatClient> create, ChatOptions? options = null)
    {
        var handler = new Handler();
        using var http = new HttpClient(handler);
        using IChatClient client = create(http);
        await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync([new ChatMessage(ChatRole.User, "hello")], options));
        return handler.Sent!;
    }

    private sealed class Handler : HttpMessageHandler
    {
        public SentRequest? Sent { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            string? key = request.Headers.TryGetValues("api-key", out IEnumerable<string>? keys) ? keys.Single() : null;
            Sent = new SentRequest(request.RequestUri!, request.Headers.Authorization?.ToString(), key, request.Headers.Accept.ToString(), JsonNode.Parse(body)!.AsObject(), request.Headers.ToString());
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }
    }
}
