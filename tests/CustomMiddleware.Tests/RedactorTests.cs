namespace CustomMiddleware.Tests;

public class RedactorTests
{
    [Theory]
    [InlineData("art is long", "# is long")]
    [InlineData("an article", "an §")]
    [InlineData("ARTicles", "§s")]
    [InlineData("arti", "#i")]
    [InlineData("smart", "sm#")]
    [InlineData("ar", "ar")]
    [InlineData("", "")]
    public void Append_EveryCutOfTheText_GivesTheSame(string text, string expected)
    {
        for (int first = 0; first <= text.Length; first++)
        {
            for (int second = first; second <= text.Length; second++)
            {
                var redactor = new Redactor(["art", "article"], "*");

                string shown = redactor.Append(text[..first]) + redactor.Append(text[first..second]) + redactor.Append(text[second..]) + redactor.Flush();

                Assert.Equal(expected.Replace('#', '*').Replace('§', '*'), shown);
            }
        }
    }

    [Fact]
    public void Append_BeginningOfAWord_IsHeldUntilTheNextPieceDecides()
    {
        var redactor = new Redactor(["Alice"], "*");

        Assert.Equal(["Ask ", "", "alibi", " "], [redactor.Append("Ask al"), redactor.Append("i"), redactor.Append("bi"), redactor.Append(" ")]);
    }
}
