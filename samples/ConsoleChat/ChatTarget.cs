using ConsoleChat.Arguments;
using Microsoft.Extensions.AI;
using StreamingAdapters.Testing;

namespace ConsoleChat;

/// <summary>Who is asked: a client, and behind it a real server or an emulated one of our own.</summary>
internal sealed class ChatTarget : IAsyncDisposable
{
    public const string EmulatedModel = "emulated";

    // A model's usual speed, so that the answer can be seen to come.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly EmulatedOllamaServer? _server;

    private ChatTarget(ProviderChoice provider, IChatClient client, EmulatedOllamaServer? server) => (Provider, Client, _server) = (provider, client, server);

    public ProviderChoice Provider { get; }

    public IChatClient Client { get; }

    public bool IsEmulated => _server is not null;

    public Uri? Endpoint => Client.GetService<ChatClientMetadata>()?.ProviderUri;

    public string? Model => Client.GetService<ChatClientMetadata>()?.DefaultModelId;

    public string Description => IsEmulated
        ? $"Emulated Ollama server at {Endpoint}, model '{Model}' (--help says how to reach a real one)"
        : $"{Provider.Name} at {Endpoint}, model '{Model}'";

    /// <exception cref="UsageException">The command line lacks something.</exception>
    /// <exception cref="StreamingAdapters.Errors.ChatValidationException">The key is missing.</exception>
    public static async Task<ChatTarget> OpenAsync(ChatArguments arguments, CancellationToken cancellationToken)
    {
        ProviderChoice provider = ProviderChoice.Find(arguments.ProviderName);
        if (!arguments.IsEmulated)
        {
            return new ChatTarget(provider, Compose(provider.CreateFor(arguments)), server: null);
        }

        EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(new() { Models = [EmulatedModel], Pace = Pace, FinishesSentences = true }, cancellationToken);
        return new ChatTarget(provider, Compose(provider.CreateClient(server.Endpoint, arguments.Model ?? EmulatedModel)), server);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    // Stages of a pipeline go in between: .UseFunctionInvocation(), .UseOpenTelemetry(), ...; the outermost comes first.
    private static IChatClient Compose(IChatClient provider) => provider.AsBuilder().Build();
}
