using StreamingAdapters.Errors;

namespace StreamingAdapters.Streams;

/// <summary>Tells the caller's cancellation from a failure, and says it in his words.</summary>
internal static class CallersCancellation
{
    /// <summary>Whether an exception is how a client reacted to a token: by itself, or by a connection that broke, as some clients report it.</summary>
    public static bool Is(Exception exception, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        && (exception is OperationCanceledException || (exception is not ChatAdapterException && ChatErrorMapper.Map(exception) is not null));

    /// <summary>The cancellation under the caller's own token, whatever token the client below was under.</summary>
    public static OperationCanceledException For(Exception cause, CancellationToken callerToken) =>
        cause is OperationCanceledException own && own.CancellationToken == callerToken ? own : new OperationCanceledException("The call was cancelled.", cause, callerToken);
}
