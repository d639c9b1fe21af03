using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>The suite itself.</summary>
public sealed class ChatClientConformanceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Checks_Names_AreUniqueAndSayTheirTopic()
    {
        string[] names = [.. ChatClientConformance.Checks.Select(static check => check.Name)];

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, static name => Assert.Matches("^[A-Z][A-Za-z]+\\.[A-Z][A-Za-z0-9]+$", name));
        Assert.All(ChatClientConformance.Checks, static check => Assert.EndsWith(".", check.Proves));
    }

    [Fact]
    public async Task RunAsync_UnknownName_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>("name", () => OverPlainTarget().RunAsync("No.Such", Token));

    [Fact]
    public async Task RunAsync_TargetLacksFeature_SkipsAndNamesIt()
    {
        ConformanceResult result = await OverPlainTarget().RunAsync("Tools.Parallel", Token);

        Assert.Equal(ConformanceOutcome.Skipped, result.Outcome);
        Assert.Contains("ParallelTools", result.SkipReason);
        result.ThrowIfFailed();
    }

    [Fact]
    public async Task RunAsync_TargetCannotBeMade_Fails()
    {
        var conformance = new ChatClientConformance(static (_, _) => throw new InvalidOperationException("no server"));

        ConformanceResult result = await conformance.RunAsync("Services.Self", Token);

        Assert.Equal(ConformanceOutcome.Failed, result.Outcome);
        Assert.IsType<InvalidOperationException>(result.Error!.InnerException);
    }

    [Fact]
    public async Task RunAsync_Cancelled_Throws()
    {
        var conformance = new ChatClientConformance(static async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new PlainTarget();
        });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        Task<ConformanceResult> run = conformance.RunAsync("Services.Self", cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task RunAllAsync_TargetWithoutServer_RunsEveryCheckAndHangsNever()
    {
        IReadOnlyList<ConformanceResult> results = await OverPlainTarget().RunAllAsync(Token);

        Assert.Equal(ChatClientConformance.Checks, results.Select(static result => result.Check));
        Assert.Contains(results, static result => result is { Outcome: ConformanceOutcome.Passed, Check.Name: "Services.Metadata" });
        Assert.Contains(results, static result => result is { Outcome: ConformanceOutcome.Failed, Check.Name: "Streaming.SameIdentity" });
        Assert.Contains(results, static result => result is { Outcome: ConformanceOutcome.Skipped, Check.Name: "Streaming.WholeText" });
    }

    private static ChatClientConformance OverPlainTarget() => new(static (_, _) => Task.FromResult<ConformanceTarget>(new PlainTarget()));

    // Bound and not listening: the port is the target's own and refuses, so every request fails at once.
    private sealed class PlainTarget : ConformanceTarget
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public PlainTarget()
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Endpoint = new Uri($"http://{_socket.LocalEndPoint}/");
        }

        public override ConformanceFeatures Features => ConformanceFeatures.TypedErrors;

        public override string ProviderName => "ollama";

        public override Uri Endpoint { get; }

        public override IChatClient CreateClient(HttpClient? httpClient = null) => new OllamaChatClient(new OllamaOptions { Endpoint = Endpoint, Model = ModelId });

        public override ValueTask DisposeAsync()
        {
            _socket.Dispose();
            return base.DisposeAsync();
        }
    }
}
