namespace StreamingAdapters.Testing;

/// <content>Answers that are right but late, by the server's clock (<see cref="EmulatedServerOptions.TimeProvider"/>).</content>
public sealed partial class ServerFault
{
    /// <summary>Accepts the request and sends even the headers only after a delay.</summary>
    /// <param name="delay">How long nothing is answered.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public static ServerFault SlowHeaders(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);

        return new($"headers after {delay}", plan => plan.HeadersDelay = delay);
    }

    /// <summary>Sends headers, and what the protocol sends before content, at once, and the first chunk only after a delay.</summary>
    /// <param name="delay">How long the first chunk is held.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public static ServerFault SlowFirstContent(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);

        return OfStream($"first content after {delay}", (plan, _) => plan.FirstChunkDelay = delay);
    }
}
