using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Usage;

/// <summary>What is learned of bytes and tokens.</summary>
public sealed class UsageEstimatorTests
{
    private readonly UsageEstimator _estimator = new(new ManualTimeProvider());

    [Fact]
    public void Output_NothingLearned_IsThePriorWithAWideError() => Assert.Equal(new TokenEstimate(250, 125), _estimator.Output("m", 1000));

    [Fact]
    public void Output_NoBytes_IsNothing() => Assert.Equal(default, _estimator.Output("m", 0));

    [Fact]
    public void Output_OneByte_IsOneToken() => Assert.Equal(1, _estimator.Output("m", 1).Tokens);

    [Fact]
    public void Output_OneAnswerLearned_MovesAndStaysUnsure()
    {
        _estimator.LearnOutput("m", 2000, 1000);

        TokenEstimate estimate = _estimator.Output("m", 1000);

        Assert.InRange(estimate.Tokens, 300, 450);
        Assert.InRange(estimate.Error, estimate.Tokens / 3, estimate.Tokens);
    }

    [Fact]
    public void Output_ManyAlikeAnswers_AreLearnedWithASmallError()
    {
        Learn("m", bytesPerToken: 3.2, answers: 100);

        TokenEstimate estimate = _estimator.Output("m", 3200);

        Assert.InRange(estimate.Tokens, 990, 1010);
        Assert.InRange(estimate.Error, 1, 100);
    }

    [Fact]
    public void Output_AnswersThatDiffer_HaveTheErrorOfTheirSpread()
    {
        for (int answer = 0; answer < 100; answer++)
        {
            _estimator.LearnOutput("m", answer % 2 == 0 ? 600 : 1000, 200);
        }

        TokenEstimate estimate = _estimator.Output("m", 4000);

        // 3 and 5 bytes per token: 4 ± 1.
        Assert.InRange(estimate.Tokens, 990, 1010);
        Assert.InRange(estimate.Error, 230, 280);
    }

    [Fact]
    public void Output_ModelThatChanges_IsLearnedAnew()
    {
        Learn("m", bytesPerToken: 2, answers: 10_000);
        Learn("m", bytesPerToken: 5, answers: 500);

        Assert.InRange(_estimator.Output("m", 5000).Tokens, 990, 1030);
    }

    [Fact]
    public void Estimates_OtherModelAndOtherDirection_AreLearnedApart()
    {
        Learn("m", bytesPerToken: 2, answers: 100);
        _estimator.LearnInput("m", 800, 100);

        Assert.InRange(_estimator.Output("m", 1000).Tokens, 490, 510);
        Assert.InRange(_estimator.Input("m", 1000).Tokens, 130, 220);
        Assert.Equal(250, _estimator.Output("other", 1000).Tokens);
        Assert.Equal(250, _estimator.Output(null, 1000).Tokens);
    }

    [Fact]
    public void Estimates_TooManyModels_ForgetsTheOneNotUsedForLongest()
    {
        Learn("kept", bytesPerToken: 2, answers: 100);
        Learn("lost", bytesPerToken: 2, answers: 100);
        for (int model = 0; model < 99; model++)
        {
            _estimator.LearnOutput($"m{model}", 100, 25);
            _ = _estimator.Output("kept", 1);
        }

        Assert.InRange(_estimator.Output("kept", 1000).Tokens, 490, 510);
        Assert.Equal(250, _estimator.Output("lost", 1000).Tokens);
    }

    [Theory]
    [InlineData(0, 5L)]
    [InlineData(100, 0L)]
    [InlineData(100, null)]
    public void Learn_WithoutBytesOrTokens_LearnsNothing(long bytes, long? tokens)
    {
        _estimator.LearnOutput("m", bytes, tokens);

        Assert.Equal(new TokenEstimate(250, 125), _estimator.Output("m", 1000));
    }

    private void Learn(string model, double bytesPerToken, int answers)
    {
        for (int answer = 0; answer < answers; answer++)
        {
            _estimator.LearnOutput(model, (long)(200 * bytesPerToken), 200);
        }
    }
}
