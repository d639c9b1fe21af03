using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Tests.Recovery;

/// <summary>Two model servers of different protocols on the loopback, behind one pipeline with every stage. Retries do not wait, so that time passes where a test lets it.</summary>
internal sealed class GatewayRoutes : IAsyncDisposable
{
    public const string Prompt = "Tell me about the harbour.";
    public const int Words = 60;

    /// <summary>How long a test may take, in milliseconds: longer than any, so that one that hangs fails.</summary>
    public const int Safety = 30_000;

    /// <summary>The bound on a frame, in bytes, of both routes; the last frame of Responses and of LM Studio repeats the whole answer, and may be four times as long.</summary>
    public const int MaxFrameBytes = 1_024;

    private GatewayRoutes(EmulatedServer first, EmulatedServer second, ManualTimeProvider time, Action<StreamingOptions>? configure)
    {
        (First, Second, Time) = (first, second, time);
        Client = CreateClient(first).AsBuilder().UseStreaming(options => Configure(options, configure)).Build(new TestServices(time, summaries: Records, usages: Records));
    }

    public EmulatedServer First { get; }

    public EmulatedServer Second { get; }

    public ManualTimeProvider Time { get; }

    public IChatClient Client { get; }

    public AnswerRecords Records { get; } = new();

    /// <summary>How many requests each server got.</summary>
    public (int First, int Second) Requests => (First.Requests.Count, Second.Requests.Count);

    /// <summary>What the first server answers; the second's answer is another one.</summary>
    public static string FirstText => TextGenerator.Text(1, Prompt, Words);

    public static string SecondText => TextGenerator.Text(2, Prompt, Words);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts the servers and builds the pipeline.</summary>
    /// <param name="firstProvider">The first route's provider, one of <see cref="EmulatedTarget.Providers"/>; the second's is another.</param>
    /// <param name="configure">Changes the pipeline.</param>
    /// <param name="first">How the first server answers.</param>
    /// <param name="second">How the second server answers.</param>
    public static async Task<GatewayRoutes> StartAsync(
        string firstProvider, Action<StreamingOptions>? configure = null, Func<TimeProvider, EmulatedServerOptions>? first = null, Func<TimeProvider, EmulatedServerOptions>? second = null)
    {
        var time = new ManualTimeProvider();
        EmulatedServer firstServer = await EmulatedTarget.StartAsync(firstProvider, first?.Invoke(time) ?? new EmulatedServerOptions { Seed = 1, TimeProvider = time });
        string secondProvider = firstProvider == "ollama" ? "openai" : "ollama";
        EmulatedServer secondServer = await EmulatedTarget.StartAsync(secondProvider, second?.Invoke(time) ?? new EmulatedServerOptions { Seed = 2, TimeProvider = time });
        return new GatewayRoutes(firstServer, secondServer, time, configure);
    }

    /// <summary>Asks; <paramref name="received"/> gets the text so far with every update, once the next is asked for.</summary>
    public Task<GatewayAnswer> AskAsync(bool streaming = true, Action<string>? received = null, CancellationToken cancellationToken = default) =>
        GatewayAnswer.AskAsync(Client, Prompt, streaming, received, cancellationToken.CanBeCanceled ? cancellationToken : Token);

    /// <summary>Asks a first server that falls silent behind some text.</summary>
    /// <param name="text">All that comes.</param>
    /// <param name="silent">Ends when it is there and more is asked for, so that the clocks run.</param>
    public Task<GatewayAnswer> AskUntilSilentAsync(string text, out Task silent)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silent = all.Task;
        return AskAsync(received: soFar => _ = soFar == text && all.TrySetResult());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }

    private void Configure(StreamingOptions options, Action<StreamingOptions>? configure)
    {
        options.Mode = StreamingMode.Enhanced;
        options.Timeout.Total = TimeSpan.FromHours(1);
        options.Recovery.Delay = TimeSpan.Zero;
        options.Recovery.Primary.Name = "first";
        options.Routes.Add(new StreamingRouteOptions
        {
            Name = "second",
            Provider = new StreamingProviderOptions
            {
                Name = Second is EmulatedOllamaServer ? "ollama" : "openai-compatible",
                Endpoint = Second.Endpoint,
                Model = "emulated",
                RetryDeadConnection = false,
                MaxFrameBytes = MaxFrameBytes,
            },
        });
        configure?.Invoke(options);
    }

    // A provider that sends a dead request again by itself would be an attempt that no log shows.
    private static IChatClient CreateClient(EmulatedServer server) => server.CreateClient(options =>
        (options.RetryDeadConnection, options.MaxFrameBytes) = (false, server is EmulatedOpenAIResponsesServer or EmulatedLMStudioServer ? 4 * MaxFrameBytes : MaxFrameBytes));
}
