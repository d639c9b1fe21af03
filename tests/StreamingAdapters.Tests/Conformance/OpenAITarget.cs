using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

internal sealed class OpenAITarget(EmulatedOpenAIServer server, OpenAIDialect dialect) : ConformanceTarget
{
    // The client's own clock stands still: on a machine that stalls, it would give up on the rest of a whole answer, and with it on the connection.
    private readonly ManualTimeProvider _clock = new();

    public override ConformanceFeatures Features => FeaturesOf(dialect);

    public override string ProviderName => dialect.Name;

    public override Uri Endpoint => server.Endpoint;

    public override EmulatedServer Server => server;

    public override string ApiKey => "sk-conformance-0123456789abcdef";

    public override RequestLayout Layout => RequestLayout.ChatCompletions(dialect.MaxTokensName, dialect.SupportsTopK);

    public override IChatClient CreateClient(HttpClient? httpClient = null) =>
        new OpenAIChatClient(new OpenAIOptions { Endpoint = Endpoint, Model = ModelId, ApiKey = ApiKey, Dialect = dialect, TimeProvider = _clock }, httpClient);

    public override object CreateRawRequest(float temperature) => new JsonObject { ["temperature"] = temperature };

    public static ConformanceFeatures FeaturesOf(OpenAIDialect dialect) =>
        ConformanceFeatures.Usage | ConformanceFeatures.CreationTime | ConformanceFeatures.Tools | ConformanceFeatures.ParallelTools | ConformanceFeatures.RequiredTools | ConformanceFeatures.ToolHistory
        | ConformanceFeatures.Reasoning | (dialect.ReasoningHistory is OpenAIReasoningHistory.None ? ConformanceFeatures.None : ConformanceFeatures.ReasoningHistory)
        | ConformanceFeatures.StructuredOutput | ConformanceFeatures.JsonObjects | ConformanceFeatures.Images | ConformanceFeatures.RawRequests
        | ConformanceFeatures.InjectedHttpClient | ConformanceFeatures.TypedErrors | ConformanceFeatures.ImmediateClose | ConformanceFeatures.DeadConnectionRetry
        | ConformanceFeatures.StreamFallback | ConformanceFeatures.FrameLimit | ConformanceFeatures.ServerSentEvents;
}
