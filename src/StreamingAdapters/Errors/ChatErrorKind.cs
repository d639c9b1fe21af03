namespace StreamingAdapters.Errors;

/// <summary>What went wrong, in terms of what a caller can do about it; the same kind whether it came as an HTTP status or inside a stream.</summary>
public enum ChatErrorKind
{
    /// <summary>Nothing more precise is known.</summary>
    Unknown,

    /// <summary>Too many requests or tokens per time, or for a limit of this application's own; waiting for the retry hint helps.</summary>
    RateLimited,

    /// <summary>The account's credit, quota or spending limit is used up; waiting does not help.</summary>
    QuotaExhausted,

    /// <summary>The server or model has no capacity at the moment.</summary>
    Overloaded,

    /// <summary>The server failed.</summary>
    ServerError,

    /// <summary>No connection was made in time.</summary>
    ConnectTimeout,

    /// <summary>The server, or a gateway before it, did not answer in time.</summary>
    HeadersTimeout,

    /// <summary>The answer's first content did not come in time.</summary>
    FirstContentTimeout,

    /// <summary>The next content of a running answer did not come in time.</summary>
    IdleTimeout,

    /// <summary>The whole answer took longer than allowed.</summary>
    TotalTimeout,

    /// <summary>No connection, or it broke before any byte of the answer.</summary>
    Network,

    /// <summary>The answer ended without the protocol's terminal signal.</summary>
    Truncated,

    /// <summary>The answer breaks its protocol.</summary>
    MalformedStream,

    /// <summary>The API key is missing, wrong or expired.</summary>
    Authentication,

    /// <summary>The key may not do this.</summary>
    PermissionDenied,

    /// <summary>The provider does not serve this region.</summary>
    RegionBlocked,

    /// <summary>The model or deployment does not exist, or this key cannot see it.</summary>
    ModelNotFound,

    /// <summary>The model existed and was withdrawn.</summary>
    ModelRetired,

    /// <summary>The conversation is longer than the model's context.</summary>
    ContextLengthExceeded,

    /// <summary>The provider's content policy refused the request.</summary>
    ContentFiltered,

    /// <summary>The request is wrong; sending it again cannot help.</summary>
    InvalidRequest,

    /// <summary>The request's body or token count is larger than the provider ever accepts.</summary>
    RequestTooLarge,

    /// <summary>The model or server lacks a feature that the request asks for; <see cref="ChatAdapterException.Feature"/> names it.</summary>
    UnsupportedFeature,

    /// <summary>The caller cancelled. An outcome for logs and summaries; what is thrown is <see cref="OperationCanceledException"/>.</summary>
    Cancelled,

    /// <summary>The answer passed a limit of ours: on its size, or on saying the same again and again.</summary>
    BufferLimitExceeded,

    /// <summary>A well-formed answer without any content.</summary>
    EmptyResponse,
}
