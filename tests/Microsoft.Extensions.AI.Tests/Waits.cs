namespace Microsoft.Extensions.AI.Tests;

/// <summary>Waiting that a test ends itself; the limit only keeps a broken build from hanging.</summary>
internal static class Waits
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task ForCancellationAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task.WaitAsync(cancellationToken);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);
}
