using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Moves a clock on while somebody waits for it.</summary>
internal static class ClockSteps
{
    public static async Task AdvanceUntilAsync(this ManualTimeProvider time, Task task, TimeSpan step)
    {
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, time.WaitForTimersAsync(1, TestContext.Current.CancellationToken));
            time.Advance(step);
            await Task.Yield();
        }
    }
}
