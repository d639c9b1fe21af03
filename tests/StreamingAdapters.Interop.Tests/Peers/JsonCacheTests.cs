using Microsoft.Extensions.AI;
using StreamingAdapters.Interop.Tests.Situations;

namespace StreamingAdapters.Interop.Tests.Peers;

/// <summary>A distributed cache in small.</summary>
public sealed class JsonCacheTests : CacheSuite
{
    private readonly Dictionary<string, byte[]> _storage = new(StringComparer.Ordinal);

    protected override ChatClientBuilder UseCache(ChatClientBuilder builder, bool coalesces) => builder.Use(inner => new JsonCachingChatClient(inner, _storage, coalesces));
}
