namespace ConsoleChat;

/// <summary>The command line cannot be followed; the message is a sentence for whoever typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);
