using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>A good target whose clients have a defect.</summary>
internal sealed class DefectTarget(ConformanceTarget good, Func<HttpClient?, IChatClient> createClient) : ConformanceTarget
{
    public override ConformanceFeatures Features => good.Features;

    public override string ProviderName => good.ProviderName;

    public override Uri Endpoint => good.Endpoint;

    public override EmulatedServer? Server => good.Server;

    public override string? ApiKey => good.ApiKey;

    public override RequestLayout Layout => good.Layout;

    public override IChatClient CreateClient(HttpClient? httpClient = null) => createClient(httpClient);

    public override object? CreateRawRequest(float temperature) => good.CreateRawRequest(temperature);
}
