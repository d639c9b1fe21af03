using ConsoleChat.Input;

namespace ConsoleChat.Tests.Input;

public class InterruptionTests
{
    [Fact]
    public void Press_DuringAnAnswer_StopsTheAnswerAlone()
    {
        using var interruption = new Interruption();
        using Interruption.Answer answer = interruption.BeginAnswer();

        bool isHandled = interruption.Press();

        Assert.True(isHandled);
        Assert.True(answer.Token.IsCancellationRequested);
        Assert.False(interruption.Program.IsCancellationRequested);
    }

    [Fact]
    public void Press_Twice_EndsTheProgram()
    {
        using var interruption = new Interruption();
        using Interruption.Answer answer = interruption.BeginAnswer();

        bool[] handled = [interruption.Press(), interruption.Press(), interruption.Press()];

        Assert.Equal([true, true, false], handled);
        Assert.True(interruption.Program.IsCancellationRequested);
    }

    [Fact]
    public void Press_AfterTheAnswer_EndsTheProgram()
    {
        using var interruption = new Interruption();
        interruption.BeginAnswer().Dispose();

        interruption.Press();

        Assert.True(interruption.Program.IsCancellationRequested);
    }

    [Fact]
    public void Press_NextAnswer_IsStoppedToo()
    {
        using var interruption = new Interruption();
        using (interruption.BeginAnswer())
        {
            interruption.Press();
        }

        using Interruption.Answer next = interruption.BeginAnswer();
        bool wasStopped = next.Token.IsCancellationRequested;
        interruption.Press();

        Assert.False(wasStopped);
        Assert.True(next.Token.IsCancellationRequested);
        Assert.False(interruption.Program.IsCancellationRequested);
    }

    [Fact]
    public void Press_AfterDispose_IsLeftToTheSystem()
    {
        var interruption = new Interruption();
        interruption.Dispose();

        Assert.False(interruption.Press());
    }
}
