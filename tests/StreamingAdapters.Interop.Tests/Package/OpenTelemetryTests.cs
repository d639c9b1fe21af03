using Microsoft.Extensions.AI;
using StreamingAdapters.Interop.Tests.Situations;

namespace StreamingAdapters.Interop.Tests.Package;

public sealed class OpenTelemetryTests : TracingSuite
{
    protected override ChatClientBuilder UseTracing(ChatClientBuilder builder, string sourceName) => builder.UseOpenTelemetry(sourceName: sourceName);
}
