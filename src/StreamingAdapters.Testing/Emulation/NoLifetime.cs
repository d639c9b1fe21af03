using Microsoft.Extensions.Hosting;

namespace StreamingAdapters.Testing;

/// <summary>Leaves Ctrl+C and the termination signals to the process that runs the server; a host would take them.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
