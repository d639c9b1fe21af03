namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Every key of a configured pipeline with values that are wrong.</summary>
internal static class BadOptionValues
{
    private const string Flag = "it has to be true or false";
    private const string Number = "it has to be a whole number";
    private const string Duration = "it has to be a duration such as 00:02:00";
    private const string Limit = "it has to be at least 1; null switches the limit off";
    private const string DayOfTime = "it has to be from zero to one day";
    private const string CircuitTime = "it has to be from 0.5 s to one day";
    public const string Clock = "it has to be longer than zero and at most 24 days; null switches the clock off";

    /// <summary>One row or more for every key: what it is set to, what is said of it.</summary>
    public static TheoryData<string, string, string> All { get; } = new()
    {
        { "Mode", "Fancy", "it has to be one of Basic, Enhanced" },
        { "Mode", "1", "it has to be one of Basic, Enhanced" },
        { "Validation:Enabled", "yes", Flag },
        { "Validation:AllowNoModel", "x", Flag },
        { "Validation:AllowNoMessages", "x", Flag },
        { "Validation:AllowEmptyMessages", "x", Flag },
        { "Validation:AllowAnyToolOrder", "x", Flag },
        { "Validation:AllowAnyOptionValues", "x", Flag },
        { "Validation:MaxMessages", "many", Number },
        { "Validation:MaxMessages", "0", Limit },
        { "Validation:MaxCharacters", "1.5", Number },
        { "Validation:MaxCharacters", "-1", Limit },
        { "Validation:MaxTools", "few", Number },
        { "Validation:MaxTools", "-1", "it has to be at least 0; null switches the limit off" },
        { "Validation:WarnCharacters", "x", Number },
        { "Validation:WarnCharacters", "0", "it has to be at least 1; null switches the warning off" },
        { "Validation:UnsupportedContents:0", "pictures", "it has to be a media type such as application/pdf, image/* or */*" },
        { "Errors:Enabled", "x", Flag },
        { "Errors:KeepPartial", "x", Flag },
        { "Usage:Enabled", "x", Flag },
        { "Usage:Estimate", "x", Flag },
        { "Usage:MaxConversations", "all", Number },
        { "Usage:MaxConversations", "0", "it has to be from 1 to 1000000" },
        { "Usage:ConversationLifetime", "x", Duration },
        { "Usage:ConversationLifetime", "60", Duration },
        { "Usage:ConversationLifetime", "366.00:00:00", "it has to be longer than zero and at most 365 days" },
        { "Usage:Prices", "free", "it has to be a section with values of its own" },
        { "Usage:Prices:gpt-4:Input", "cheap", "it has to be a number" },
        { "Usage:Prices:gpt-4:Input", "2,5", "it has to be a number" },
        { "Usage:Prices:gpt-4:Output", "-1", "it has to be zero or more, for a million tokens" },
        { "Usage:Prices:gpt-4:CachedInput", "-1", "it has to be zero or more, for a million tokens" },
        { "Usage:Prices:gpt-4:Reasoning", "x", "it has to be a number" },
        { "Metadata:Enabled", "x", Flag },
        { "Metadata:Chunks", "x", Flag },
        { "Metadata:Metrics", "x", Flag },
        { "Coalescing:Enabled", "x", Flag },
        { "Coalescing:Interval", "x", Duration },
        { "Coalescing:Interval", "00:00:00", Clock },
        { "Coalescing:MaxCharacters", "x", Number },
        { "Coalescing:MaxCharacters", "65537", "it has to be at least 1 and at most 65536" },
        { "Coalescing:Unit", "Letter", "it has to be one of None, Grapheme, Word, Line" },
        { "Coalescing:PassesFirstContent", "x", Flag },
        { "Limits:Enabled", "x", Flag },
        { "Limits:MaxBytes", "1 MiB", Number },
        { "Limits:MaxBytes", "0", Limit },
        { "Limits:MaxChunks", "0", Limit },
        { "Limits:MaxConcurrency", "-1", Limit },
        { "Limits:MaxRequests", "1000001", "it has to be from 1 to 1000000; null switches the limit off" },
        { "Limits:Period", "60", Duration },
        { "Limits:Period", "00:00:00", "it has to be longer than zero and at most 24 days" },
        { "Limits:QueueLimit", "-1", "it has to be at least 0" },
        { "Limits:Repetition:Enabled", "x", Flag },
        { "Limits:Repetition:Length", "1025", "it has to be from 2 to 1024" },
        { "Limits:Repetition:Repetitions", "1", "it has to be from 2 to 1000" },
        { "Timeout:Enabled", "maybe", Flag },
        { "Timeout:FirstContent", "soon", Duration },
        { "Timeout:FirstContent", "00:00:00", Clock },
        { "Timeout:Idle", "later", Duration },
        { "Timeout:Idle", "10", Duration },
        { "Timeout:Idle", "24:00", Duration },
        { "Timeout:Idle", "00:90:00", Duration },
        { "Timeout:Idle", "25.00:00:00", Clock },
        { "Timeout:Total", "never", Duration },
        { "Timeout:Total", "-00:01:00", Clock },
        { "Recovery:Enabled", "x", Flag },
        { "Recovery:Budget", "-00:00:01", "it has to be from zero to one day; null switches the limit off" },
        { "Recovery:Delay", "2.00:00:00", DayOfTime },
        { "Recovery:MaxDelay", "x", Duration },
        { "Recovery:MaxDelay", "-00:00:01", DayOfTime },
        { "Recovery:MaxWaitBeforeFailover", "-00:00:01", DayOfTime },
        { "Recovery:RetryTokens", "-1", "it has to be at least 0; null switches the limit off" },
        { "Recovery:RetryTokensPerAnswer", "2", "it has to be from 0 to 1" },
        { "Recovery:Rules:RateLimited:Retries", "101", "it has to be from 0 to 100" },
        { "Recovery:Rules:RateLimited:Failover", "Elsewhere", "it has to be one of Never, Next, Once, LargerContext" },
        { "Recovery:Rules:truncated:Circuit", "Melts", "it has to be one of Ignores, Counts, CoolsDown, Opens" },
        { "Recovery:Circuit:Enabled", "x", Flag },
        { "Recovery:Circuit:FailureRatio", "0", "it has to be above 0 and at most 1" },
        { "Recovery:Circuit:MinimumThroughput", "1", "it has to be at least 2" },
        { "Recovery:Circuit:SamplingDuration", "00:00:00", CircuitTime },
        { "Recovery:Circuit:BreakDuration", "2.00:00:00", CircuitTime },
        { "Recovery:Circuit:RefusalDuration", "00:00:00", CircuitTime },
        { "Recovery:Hedging:Enabled", "x", Flag },
        { "Recovery:Hedging:Delay", "-00:00:01", "it has to be from zero to one day; null learns it" },
        { "Recovery:Hedging:Quantile", "1", "it has to be above 0 and below 1" },
        { "Recovery:Hedging:MinimumSamples", "201", "it has to be from 1 to 200" },
        { "Recovery:Hedging:Budget", "0", "it has to be above 0 and at most 1" },
        { "Recovery:Continuation:Enabled", "x", Flag },
        { "Recovery:Continuation:MaxContinuations", "3", "it has to be 1 or 2" },
        { "Routes:0:Prefill", "Always", "it has to be one of None, LastMessage, ContinueFinalMessage, Prefix" },
        { "Routes:0:ContextLength", "0", "it has to be at least 1; null says that it is not known" },
        { "Fallback:Enabled", "x", Flag },
        { "Fallback:RefusalLifetime", "60", Duration },
        { "Fallback:RefusalLifetime", "00:00:00", "it has to be longer than zero and at most 365 days" },
        { "Integrity:Enabled", "x", Flag },
        { "Integrity:RequireFinishReason", "x", Flag },
        { "Integrity:RequireContent", "x", Flag },
        { "Integrity:Annotate", "x", Flag },
        { "Provider:Name", "olama", "it has to be one of ollama, openai, lmstudio, llamacpp, vllm, openrouter, azure, azureopenai, openai-compatible, generic" },
        { "Provider:Endpoint", "localhost:11434", "it has to be an absolute http or https address, for example http://localhost:11434" },
        { "Provider:MaxFrameBytes", "4 MiB", Number },
        { "Provider:MaxFrameBytes", "0", "it has to be at least 1; null leaves the provider's own" },
        { "Provider:RetryDeadConnection", "1", Flag },
        { "Provider:KeepAlive", "long", Duration },
        { "Provider:RawPrompt", "no", Flag },
    };

    /// <summary>Keys whose values are texts: none of them is wrong by itself.</summary>
    public static IReadOnlyList<string> Texts { get; } = ["Recovery:Continuation:Instruction", "Provider:Model", "Provider:ApiKey", "Provider:Headers", "Provider:ApiVersion"];

    /// <summary>What a key needs beside it to be looked at alone.</summary>
    public static IEnumerable<(string Key, string? Value)> Needed(string key) =>
        key.StartsWith("Routes:", StringComparison.Ordinal) ? [("Routes:0:Provider:Name", "ollama"), ("Routes:0:Provider:Model", "m")] : [];
}
