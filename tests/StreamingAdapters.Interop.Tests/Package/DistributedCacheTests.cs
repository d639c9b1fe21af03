using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using StreamingAdapters.Interop.Tests.Situations;

namespace StreamingAdapters.Interop.Tests.Package;

public sealed class DistributedCacheTests : CacheSuite
{
    private readonly MemoryDistributedCache _cache = new(Options.Create(new MemoryDistributedCacheOptions()));

    protected override ChatClientBuilder UseCache(ChatClientBuilder builder, bool coalesces) =>
        builder.UseDistributedCache(_cache, cache => cache.CoalesceStreamingUpdates = coalesces);
}
