using Microsoft.Extensions.Logging;

namespace ConsoleChat.Tests;

public sealed class TerminalLogTests
{
    [Theory]
    [InlineData(LogLevel.Error, "wrong\n")]
    [InlineData(LogLevel.Information, "")]
    public void Log_Level_ShowsErrorsAlone(LogLevel level, string expected)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var log = new TerminalLog(error);

        log.CreateLogger("any").Log(level, default, "wrong", exception: null, (state, _) => state);

        Assert.Equal(expected, error.ToString());
    }
}
