using StreamingAdapters.Errors;

namespace StreamingAdapters.Streams;

/// <summary>Tells the caller's cancellation from a failure.</summary>
internal static class CallersCancellation
{
    /// <summary>Whether an exception is how a client reacted to a token: by itself, or by a connection that broke, as some clients report it.</summary>
    public static bool Is(Exception exception, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        && (exception is OperationCanceledException || (exception is not ChatAdapterException && ChatErrorMapper.Map(exception) is not null));
}
