using Microsoft.Extensions.AI;
using StreamingAdapters.Interop.Tests.Situations;

namespace StreamingAdapters.Interop.Tests.Peers;

/// <summary>Tracing in small.</summary>
public sealed class SpanTests : TracingSuite
{
    protected override ChatClientBuilder UseTracing(ChatClientBuilder builder, string sourceName) => builder.Use(inner => new SpanChatClient(inner, sourceName));
}
