using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Recovery;

public sealed class RouteHealthsTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Of_MoreModelsThanAreKept_ForgetsThoseThatAreHealthyNext()
    {
        var healths = new RouteHealths(new RecoveryCircuitOptions(), _time);
        using var client = new ScriptedChatClient(_time, Recovering.Answering("a"));
        Route route = Route.AllOf([Recovering.RouteTo(client, "only")])[0];

        for (int model = 1; model <= 3_000; model++)
        {
            var refusal = new ChatProviderException(ChatErrorKind.ModelNotFound, "No such model.") { RetryAfter = model * Recovering.Second };
            var attempt = new Attempt(route, $"{model}", _time);
            await healths.Of(route.Name, $"{model}").Circuit.ReportAsync(new AttemptFailedException(refusal, refusal, new RecoveryRules()[refusal.Kind], attempt));
        }

        Assert.InRange(healths.All.Count, 1, 1_000);
        Assert.Contains(healths.All, health => health.State is { Model: "3000", IsOpen: true });
        Assert.DoesNotContain(healths.All, health => health.State.Model == "1");
    }
}
