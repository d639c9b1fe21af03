using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>What one run of one check works with: targets, clients, clock, limits. Everything made here is disposed with it.</summary>
internal sealed class CheckContext(
    Func<EmulatedServerOptions, CancellationToken, Task<ConformanceTarget>> createTarget, TimeProvider timeProvider, TimeSpan promptnessLimit, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    /// <summary>A prompt that names no tool and can be found again in a message that leaks it.</summary>
    public const string Prompt = "Describe the harbour at half past five.";

    /// <summary>The length of an answer of an emulated server, in words and chunks.</summary>
    public const int Words = 24;

    /// <summary>What was not seen by then will not come. Only a client that fails waits so long, however busy the machine is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<ConformanceTarget> _targets = [];
    private readonly List<IDisposable> _disposables = [];
    private readonly List<string> _remarks = [];

    public CancellationToken CancellationToken => cancellationToken;

    public TimeProvider TimeProvider => timeProvider;

    public TimeSpan PromptnessLimit => promptnessLimit;

    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>The target of this moment: the last one started.</summary>
    public ConformanceTarget Target => _targets[^1];

    /// <summary>The server, for checks that need one which fails on demand.</summary>
    public EmulatedServer Server => Target.Server!;

    public async Task StartAsync(ConformanceFeatures needs)
    {
        await RestartAsync(ServerOptions());
        ConformanceFeatures missing = needs & ~Features;
        if (missing is not ConformanceFeatures.None)
        {
            Skip($"the target lacks {missing}");
        }
    }

    public bool Has(ConformanceFeatures features) => Features.HasFlag(features);

    /// <summary>Goes on with another server.</summary>
    public async Task RestartAsync(EmulatedServerOptions options) => _targets.Add(await createTarget(options, cancellationToken));

    public static EmulatedServerOptions ServerOptions(int argumentCharacters = 8, string? apiKey = null, TimeSpan finalChunkDelay = default) => new()
    {
        Models = [ChatClientConformance.ModelId, ChatClientConformance.OtherModelId],
        Words = Words,
        ReasoningWords = 6,
        ArgumentCharacters = argumentCharacters,
        ApiKey = apiKey,
        FinalChunkDelay = finalChunkDelay,
    };

    public IChatClient CreateClient(HttpClient? httpClient = null) => Track(Target.CreateClient(httpClient));

    /// <summary>A client whose requests can be read, over any server.</summary>
    public (IChatClient Client, RequestRecorder Requests) CreateRecordedClient()
    {
        if (Target.Server is { } server)
        {
            return (CreateClient(), new RequestRecorder(server));
        }

        if (!Has(ConformanceFeatures.InjectedHttpClient))
        {
            Skip("the target lacks both FaultInjection and InjectedHttpClient, so its requests cannot be read");
        }

        var recorder = Track(new RequestRecorder(server: null));
        var http = Track(new HttpClient(recorder, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan });
        return (CreateClient(http), recorder);
    }

    public static List<ChatMessage> Messages(string prompt = Prompt) => [new ChatMessage(ChatRole.User, prompt)];

    public ChatOptions Options(Action<ChatOptions>? configure = null)
    {
        ChatOptions options = Target.CreateOptions();
        configure?.Invoke(options);
        return options;
    }

    /// <summary>Streams an answer to its end or failure.</summary>
    public Task<ReadAnswer> StreamAsync(IChatClient client, ChatOptions? options = null, IEnumerable<ChatMessage>? messages = null) =>
        ReadAnswer.ReadAsync(client.GetStreamingResponseAsync(messages ?? Messages(), options ?? Options(), cancellationToken), "GetStreamingResponseAsync");

    /// <summary>Asks by either method.</summary>
    public Task<ReadAnswer> AskAsync(IChatClient client, bool streaming, ChatOptions? options = null, IEnumerable<ChatMessage>? messages = null) => streaming
        ? StreamAsync(client, options, messages)
        : ReadAnswer.ReadAsync(client.GetResponseAsync(messages ?? Messages(), options ?? Options(), cancellationToken), "GetResponseAsync");

    /// <summary>The text that an emulated server answers a prompt with.</summary>
    public string TextOf(string prompt = Prompt, int words = Words) => TextGenerator.Text(Server.Options.Seed, prompt, words);

    public void Remark(string remark) => _remarks.Add(remark);

    [DoesNotReturn]
    public static void Skip(string reason) => throw new CheckSkippedException(reason);

    public T Track<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    /// <summary>Waits until the server sees a request's connection close, which must be soon after a moment of its clock.</summary>
    public async Task ExpectClosedAsync(EmulatedRequest request, long since)
    {
        long seen;
        try
        {
            seen = await request.Aborted.WaitAsync(Patience, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ConformanceException($"Expected the server to see the connection close; it was still open after {Patience.TotalSeconds} s.");
        }

        TimeSpan elapsed = Server.Options.TimeProvider.GetElapsedTime(since, seen);
        Remark($"the server saw the connection close after {Milliseconds(elapsed)}");
        Expect.That(elapsed <= promptnessLimit, $"Expected the connection to close within {Milliseconds(promptnessLimit)}; it took {Milliseconds(elapsed)}.");
    }

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.0 ms", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable disposable in Enumerable.Reverse(_disposables))
        {
            disposable.Dispose();
        }

        foreach (ConformanceTarget target in _targets)
        {
            await target.DisposeAsync();
        }
    }

    private ConformanceFeatures Features =>
        Target.Features & ~ConformanceFeatures.FaultInjection | (Target.Server is null ? ConformanceFeatures.None : ConformanceFeatures.FaultInjection);
}
