namespace ConsoleChat.Tests;

internal static class TestTimeout
{
    /// <summary>No test waits for it to pass; it ends a test that hangs.</summary>
    public static readonly TimeSpan Safety = TimeSpan.FromSeconds(30);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Safety, TestContext.Current.CancellationToken);

    public static Task Within(this Task task) => task.WaitAsync(Safety, TestContext.Current.CancellationToken);
}
