using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.Keys;

/// <summary>Which key is next, by what was said of the others.</summary>
public sealed class RotatingApiKeyProviderTests
{
    private readonly ManualTimeProvider _time = new();

    public static TheoryData<ChatErrorKind, int?, int> Cooldowns => new()
    {
        { ChatErrorKind.RateLimited, null, 60 },
        { ChatErrorKind.RateLimited, 7, 7 },
        { ChatErrorKind.QuotaExhausted, null, 3600 },
        { ChatErrorKind.QuotaExhausted, 7, 3600 },
        { ChatErrorKind.QuotaExhausted, 7200, 7200 },
        { ChatErrorKind.Authentication, null, 86400 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetKeyAsync_NothingFailed_TakesThemInTurn()
    {
        RotatingApiKeyProvider keys = Create("a", " b\n", "a", "c");

        Assert.Equal(["a", "b", "c", "a", "b"], await TakeAsync(keys, 5));
    }

    [Theory]
    [MemberData(nameof(Cooldowns))]
    public async Task ReportFailure_OfTheKey_LeavesItAloneForTheKindsTime(ChatErrorKind kind, int? retryAfter, int seconds)
    {
        RotatingApiKeyProvider keys = Create("a", "b");

        Assert.True(keys.ReportFailure("a", Failure(kind, retryAfter)));
        Assert.Equal(["b", "b"], await TakeAsync(keys, 2));
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(["b"], await TakeAsync(keys, 1));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["a", "b"], await TakeAsync(keys, 2));
    }

    [Theory]
    [InlineData(ChatErrorKind.Overloaded)]
    [InlineData(ChatErrorKind.ServerError)]
    [InlineData(ChatErrorKind.PermissionDenied)]
    [InlineData(ChatErrorKind.InvalidRequest)]
    public async Task ReportFailure_NotOfTheKey_ChangesNothing(ChatErrorKind kind)
    {
        RotatingApiKeyProvider keys = Create("a", "b");

        Assert.False(keys.ReportFailure("a", Failure(kind, 60)));
        Assert.False(keys.ReportFailure("unknown", Failure(ChatErrorKind.Authentication, null)));
        Assert.Equal(["a", "b"], await TakeAsync(keys, 2));
    }

    [Fact]
    public async Task GetKeyAsync_EveryKeyWaits_GivesTheOneThatIsFreeFirst()
    {
        RotatingApiKeyProvider keys = Create("a", "b", "c");

        Assert.True(keys.ReportFailure("a", Failure(ChatErrorKind.RateLimited, 30)));
        Assert.True(keys.ReportFailure("b", Failure(ChatErrorKind.RateLimited, 10)));
        Assert.False(keys.ReportFailure("c", Failure(ChatErrorKind.RateLimited, 20)));

        Assert.Equal(["b", "b"], await TakeAsync(keys, 2));
    }

    [Fact]
    public async Task ReportFailure_ShorterWaitAfterALongerOne_KeepsTheLonger()
    {
        RotatingApiKeyProvider keys = Create("a", "b");
        keys.ReportFailure("a", Failure(ChatErrorKind.Authentication, null));
        keys.ReportFailure("a", Failure(ChatErrorKind.RateLimited, 1));

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["b", "b"], await TakeAsync(keys, 2));
    }

    [Fact]
    public async Task ReportFailure_WaitBeyondTheCalendar_IsForEver()
    {
        RotatingApiKeyProvider keys = Create("a", "b");

        keys.ReportFailure("a", new ChatProviderException(ChatErrorKind.RateLimited, "x") { RetryAfter = TimeSpan.MaxValue });

        Assert.Equal(["b", "b"], await TakeAsync(keys, 2));
    }

    [Fact]
    public async Task GetKeyAsync_ManyAtOnce_SharesThemEvenly()
    {
        RotatingApiKeyProvider keys = Create("a", "b", "c");

        string?[] taken = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Task.Run(async () => await keys.GetKeyAsync(Token), Token)));

        Assert.All(taken.GroupBy(key => key, StringComparer.Ordinal), group => Assert.Equal(100, group.Count()));
    }

    [Fact]
    public void Create_WrongKeysAndTimes_NamesAllOfThemWithoutTheKeys()
    {
        var options = new ApiKeyRotationOptions { RateLimited = TimeSpan.Zero, Rejected = TimeSpan.FromSeconds(-1) };

        var failure = Assert.Throws<ChatValidationException>(() => new RotatingApiKeyProvider(["good", "", "sk-geheim-schlüssel"], options));

        Assert.Equal(
        [
            "A rotation of API keys needs at least one key, and none that is empty.",
            "The API key at position 3 holds characters that no header can carry; copy it again.",
            "ApiKeyRotationOptions:RateLimited is 00:00:00: it has to be above zero.",
            "ApiKeyRotationOptions:Rejected is -00:00:01: it has to be above zero.",
        ], failure.Failures);
        Assert.Throws<ChatValidationException>(() => new RotatingApiKeyProvider([]));
    }

    private static ChatProviderException Failure(ChatErrorKind kind, int? retryAfter) =>
        new(kind, "x") { RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null };

    private static async Task<string[]> TakeAsync(RotatingApiKeyProvider keys, int count)
    {
        var taken = new string[count];
        for (int i = 0; i < count; i++)
        {
            taken[i] = (await keys.GetKeyAsync(Token))!;
        }

        return taken;
    }

    private RotatingApiKeyProvider Create(params string[] keys) => new(keys, new ApiKeyRotationOptions { TimeProvider = _time });
}
