namespace StreamingAdapters.Testing;

/// <summary>What the faults and the server's shell know of a protocol.</summary>
internal abstract class ServerProtocol
{
    public const string JsonContentType = "application/json";

    // Anthropic's sentence; no other server is known to refuse in words of its own.
    public const string PrefillRefused = "This model does not support assistant message prefill. The conversation must end with a user message.";

    public abstract string Name { get; }

    /// <summary>Whether answers are streamed as server-sent events; otherwise as NDJSON.</summary>
    public abstract bool IsSse { get; }

    /// <summary>Whether calls are streamed as chat completions stream them.</summary>
    public virtual bool IsChatCompletions => false;

    /// <summary>The header that carries a client's key as it is; null for <c>Authorization: Bearer</c>.</summary>
    public virtual string? KeyHeader => null;

    public abstract string StreamContentType { get; }

    public abstract string BodyContentType { get; }

    /// <summary>The frame without which a stream is truncated, whatever came before.</summary>
    public abstract FrameKind LastFrame { get; }

    /// <summary>Puts a JSON payload into the protocol's frame.</summary>
    public abstract byte[] Wrap(ReadOnlySpan<byte> payload);

    /// <summary>The JSON body of an error status; message and code replace the usual ones.</summary>
    public abstract string ErrorBody(int status, string? message = null, string? code = null);

    /// <summary>The JSON payload of an error in a stream.</summary>
    public abstract string StreamError(string? message, string? code);
}
