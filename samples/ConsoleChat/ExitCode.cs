namespace ConsoleChat;

internal static class ExitCode
{
    /// <summary>The answer is complete; in a conversation, the last one.</summary>
    public const int Complete = 0;

    /// <summary>The answer failed or was stopped.</summary>
    public const int Failed = 1;

    /// <summary>Nothing was asked: the command line or the configuration is wrong.</summary>
    public const int Usage = 2;
}
