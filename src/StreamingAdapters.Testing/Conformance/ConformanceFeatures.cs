namespace StreamingAdapters.Testing;

/// <summary>What a <see cref="ConformanceTarget"/> can do; a check that needs more is reported as skipped.</summary>
[Flags]
public enum ConformanceFeatures
{
    /// <summary>Nothing beyond text.</summary>
    None = 0,

    /// <summary>Answers carry token counts.</summary>
    Usage = 1 << 0,

    /// <summary>The model calls the tool that <see cref="ConformanceTarget.ToolPrompt"/> asks for.</summary>
    Tools = 1 << 1,

    /// <summary>The model calls several tools in one answer.</summary>
    ParallelTools = 1 << 2,

    /// <summary>A required tool is called without being asked for in the prompt.</summary>
    RequiredTools = 1 << 3,

    /// <summary>A history with tool calls and results is answered with text.</summary>
    ToolHistory = 1 << 4,

    /// <summary>The model reasons when asked to.</summary>
    Reasoning = 1 << 5,

    /// <summary>Reasoning goes back with the history, at the latest inside a running tool loop.</summary>
    ReasoningHistory = 1 << 6,

    /// <summary>Answers follow a JSON schema.</summary>
    StructuredOutput = 1 << 7,

    /// <summary>Answers are a JSON object when no schema is given.</summary>
    JsonObjects = 1 << 8,

    /// <summary>User messages may hold images.</summary>
    Images = 1 << 9,

    /// <summary>
    /// <see cref="ConformanceTarget.CreateRawRequest"/> gives a request for
    /// <see cref="Microsoft.Extensions.AI.ChatOptions.RawRepresentationFactory"/>.
    /// </summary>
    RawRequests = 1 << 10,

    /// <summary><see cref="ConformanceTarget.CreateClient"/> takes the caller's <see cref="HttpClient"/>.</summary>
    InjectedHttpClient = 1 << 11,

    /// <summary>Failures are the family of <see cref="Errors.ChatAdapterException"/>, and a cut answer is one.</summary>
    TypedErrors = 1 << 12,

    /// <summary>An abandoned answer's connection is closed at once.</summary>
    ImmediateClose = 1 << 13,

    /// <summary>A request that dies before any response header is sent once more.</summary>
    DeadConnectionRetry = 1 << 14,

    /// <summary>A server that refuses to stream is asked once more without.</summary>
    StreamFallback = 1 << 15,

    /// <summary>A frame above <see cref="ConformanceTarget.MaxFrameBytes"/> fails.</summary>
    FrameLimit = 1 << 16,

    /// <summary>The protocol is server-sent events.</summary>
    ServerSentEvents = 1 << 17,

    /// <summary>The server is an <see cref="EmulatedServer"/>, which fails on demand. Follows from <see cref="ConformanceTarget.Server"/>.</summary>
    FaultInjection = 1 << 18,

    /// <summary>Answers say when they were made.</summary>
    CreationTime = 1 << 19,
}
