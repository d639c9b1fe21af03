namespace CustomMiddleware.Tests;

public class DemoTests
{
    [Fact]
    public async Task Run_Scripted_ShowsBothSides()
    {
        using var output = new StringWriter();

        await Demo.RunAsync(output);

        Assert.Equal(
            """
            Before:
              stages    none
              streamed  Ask Ali|ce for the blue|print| of alibis.
              whole     Ask Alice for the blueprint of alibis.
              usage     16 tokens
            After:
              stages    Basic: Validation -> Errors
              streamed  Ask |[hidden] for the |[hidden]| of alibis.
              whole     Ask [hidden] for the [hidden] of alibis.
              usage     16 tokens

            """.ReplaceLineEndings(),
            output.ToString());
    }
}
