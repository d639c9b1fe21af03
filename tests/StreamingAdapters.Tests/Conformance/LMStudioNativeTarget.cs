using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

internal sealed class LMStudioNativeTarget(EmulatedLMStudioServer server) : ConformanceTarget
{
    // The client's own clock stands still: on a machine that stalls, it would give up on the rest of a whole answer, and with it on the connection.
    private readonly ManualTimeProvider _clock = new();

    public override ConformanceFeatures Features => All;

    public override string ProviderName => "lmstudio";

    public override Uri Endpoint => server.Endpoint;

    public override EmulatedServer Server => server;

    public override string ApiKey => "lm-conformance-0123456789abcdef";

    public override RequestLayout Layout => RequestLayout.LMStudio;

    public static ConformanceFeatures All =>
        ConformanceFeatures.Usage | ConformanceFeatures.Reasoning | ConformanceFeatures.Images | ConformanceFeatures.RawRequests | ConformanceFeatures.InjectedHttpClient
        | ConformanceFeatures.TypedErrors | ConformanceFeatures.ImmediateClose | ConformanceFeatures.DeadConnectionRetry | ConformanceFeatures.StreamFallback
        | ConformanceFeatures.FrameLimit | ConformanceFeatures.ServerSentEvents;

    public override IChatClient CreateClient(HttpClient? httpClient = null) =>
        new LMStudioChatClient(new LMStudioOptions { Endpoint = Endpoint, Model = ModelId, ApiKey = ApiKey, TimeProvider = _clock }, httpClient);

    public override object CreateRawRequest(float temperature) => new JsonObject { ["temperature"] = temperature };
}
