using StreamingAdapters.Recovery;
using StreamingAdapters.Tests.Streams;

namespace StreamingAdapters.Tests.Recovery;

[Collection(nameof(Alone))]
public sealed class RecoveryMemoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_ReadyUpdates_CostNothingEach(bool hedging)
    {
        var options = new StreamingRecoveryOptions { Hedging = { Enabled = hedging, Delay = TimeSpan.FromDays(1) } };
        using var few = new StreamingRecoveryChatClient(new ReadyChatClient(1_000), options);
        using var many = new StreamingRecoveryChatClient(new ReadyChatClient(10_000), options);
        _ = await many.AllocatedByStreamAsync() + await few.AllocatedByStreamAsync();

        long ofFew = await few.AllocatedByStreamAsync();
        long ofMany = await many.AllocatedByStreamAsync();

        Assert.Equal(ofFew, ofMany);

        // A debug build makes objects of its state machines.
        Assert.InRange(ofMany, 1, 6_000);
    }
}
