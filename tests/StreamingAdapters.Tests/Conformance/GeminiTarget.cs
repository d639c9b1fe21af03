using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

internal sealed class GeminiTarget(EmulatedGeminiServer server, string query = "", string? project = null) : ConformanceTarget
{
    // The client's own clock stands still: on a machine that stalls, it would give up on the rest of a whole answer, and with it on the connection.
    private readonly ManualTimeProvider _clock = new();

    public override ConformanceFeatures Features => query.Length > 0 ? OfArrays : All;

    public override string ProviderName => "gemini";

    public override Uri Endpoint => new(project is null ? server.Endpoint + query : $"{Host}v1/projects/{project}/locations/global/publishers/google");

    public override EmulatedServer Server => server;

    public override string ApiKey => "AIza-conformance-0123456789abcdef";

    public override RequestLayout Layout => RequestLayout.Gemini;

    public static ConformanceFeatures All =>
        ConformanceFeatures.Usage | ConformanceFeatures.Tools | ConformanceFeatures.ParallelTools | ConformanceFeatures.RequiredTools | ConformanceFeatures.ToolHistory
        | ConformanceFeatures.Reasoning | ConformanceFeatures.ReasoningHistory | ConformanceFeatures.StructuredOutput | ConformanceFeatures.JsonObjects | ConformanceFeatures.Images
        | ConformanceFeatures.RawRequests | ConformanceFeatures.InjectedHttpClient | ConformanceFeatures.TypedErrors | ConformanceFeatures.ImmediateClose
        | ConformanceFeatures.DeadConnectionRetry | ConformanceFeatures.StreamFallback | ConformanceFeatures.FrameLimit | ConformanceFeatures.ServerSentEvents;

    /// <summary>Without events.</summary>
    public static ConformanceFeatures OfArrays => All & ~ConformanceFeatures.ServerSentEvents;

    private Uri Host => new(server.Endpoint, "/");

    public override IChatClient CreateClient(HttpClient? httpClient = null) => new GeminiChatClient(
        new GeminiOptions { Endpoint = project is null ? Endpoint : Host, Project = project, Model = ModelId, ApiKey = ApiKey, TimeProvider = _clock }, httpClient);

    public override object CreateRawRequest(float temperature) => new JsonObject { ["generationConfig"] = new JsonObject { ["temperature"] = temperature } };
}
