using System.Buffers;
using StreamingAdapters.Framing;

namespace StreamingAdapters.Providers;

/// <summary>How a response body is left, so that the connection is reused after a whole answer and closed at once after any other.</summary>
internal static class ResponseBody
{
    // The last HTTP chunk may come a little after the protocol's terminal signal.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(100);

    // How long a body that ignores its token may keep its reader.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    // A server that floods: past this the connection is closed by disposal alone.
    private const int MaxReadsBeforePending = 64;

    /// <summary>Reads on to the body's end, for at most 100 ms.</summary>
    /// <returns>Whether the end was reached.</returns>
    public static async ValueTask<bool> TryDrainAsync(Stream body, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            using var limit = new CancellationTokenSource(DrainLimit, timeProvider);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            while (await body.ReadAsync(buffer, either.Token).ConfigureAwait(false) > 0)
            {
                either.Token.ThrowIfCancellationRequested();
            }

            return true;
        }
        catch (Exception)
        {
            // The answer is whole: a late or broken end, whatever a handler makes of it, costs the connection and nothing else.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether a read ends within 250 ms; one that ignores its token is left alone.</summary>
    public static async ValueTask<bool> EndsWithinGraceAsync<T>(Task<T> read, TimeProvider timeProvider)
    {
        // Not by a wait with a time: that would go on before its timer is gone.
        using var grace = new CancellationTokenSource(Grace, timeProvider);
        await ((Task)WaitAsync(read, grace.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return read.IsCompleted;
    }

    /// <summary>Waits for what a caller's handler does until a token is cancelled, although it may ignore that; how it ends later, failing included, is nobody's.</summary>
    public static async Task<T> WaitAsync<T>(Task<T> pending, CancellationToken cancellationToken)
    {
        try
        {
            return await pending.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!pending.IsCompletedSuccessfully)
            {
                _ = pending.ContinueWith(static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Leaves a body and its frames. Where a read still goes on, because the body ignores its token, both are left to it.</summary>
    /// <param name="body">The body to abandon; null where its end was reached.</param>
    /// <param name="frames">What reads it.</param>
    /// <param name="pendingRead">The last read, which may have been given up.</param>
    /// <param name="timeProvider">The clock.</param>
    public static async ValueTask LeaveAsync(Stream? body, FrameReader? frames, Task<bool>? pendingRead, TimeProvider timeProvider)
    {
        if (pendingRead is { IsCompleted: false } && !await EndsWithinGraceAsync(pendingRead, timeProvider).ConfigureAwait(false))
        {
            return;
        }

        if (body is not null)
        {
            await AbandonAsync(body, timeProvider).ConfigureAwait(false);
        }

        frames?.Dispose();
    }

    /// <summary>Closes the connection now: a pending read is cancelled, which closes it over any handler; disposal alone waits up to 2 s to drain.</summary>
    public static async ValueTask AbandonAsync(Stream body, TimeProvider timeProvider)
    {
        using var abandoned = new CancellationTokenSource();
        byte[] buffer = new byte[1024];
        try
        {
            for (int i = 0; i < MaxReadsBeforePending; i++)
            {
                ValueTask<int> read = body.ReadAsync(buffer, abandoned.Token);
                if (!read.IsCompleted)
                {
                    await abandoned.CancelAsync().ConfigureAwait(false);
                    await EndsWithinGraceAsync(read.AsTask(), timeProvider).ConfigureAwait(false);
                    return;
                }

                if (await read.ConfigureAwait(false) == 0)
                {
                    return;
                }
            }
        }
        catch (Exception)
        {
            // That is what closing looks like from here, whatever a handler makes of it; the body is thrown away either way.
        }
    }
}
