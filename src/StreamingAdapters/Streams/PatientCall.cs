namespace StreamingAdapters.Streams;

/// <summary>One call without streaming that its caller may give up although the client ignores its token.</summary>
internal static class PatientCall
{
    /// <summary>Awaits a call until a token is cancelled, and then no longer than <see cref="UpdateReader.Grace"/>.</summary>
    /// <typeparam name="T">What the call gives.</typeparam>
    /// <param name="call">The call, under <paramref name="giveUp"/>.</param>
    /// <param name="timeProvider">The clock of the grace.</param>
    /// <param name="giveUp">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was given up and the client did not answer in time.</exception>
    public static async Task<T> AwaitAsync<T>(Task<T> call, TimeProvider timeProvider, CancellationToken giveUp)
    {
        await ((Task)call.WaitAsync(giveUp)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (call.IsCompleted || await EndsInGraceAsync(call, timeProvider))
        {
            return await call;
        }

        throw new OperationCanceledException(giveUp);
    }

    /// <summary>Waits for a task no longer than <see cref="UpdateReader.Grace"/>, whatever becomes of it; nobody has to look at one that takes longer.</summary>
    /// <param name="task">What was given up.</param>
    /// <param name="timeProvider">The clock of the grace.</param>
    /// <returns>Whether the task is over.</returns>
    public static async Task<bool> EndsInGraceAsync(Task task, TimeProvider timeProvider)
    {
        // Not by a wait with a time: that would go on before its timer is gone.
        using var grace = new CancellationTokenSource(UpdateReader.Grace, timeProvider);
        await task.WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!task.IsCompleted)
        {
            _ = task.ContinueWith(static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return task.IsCompleted;
    }
}
