using ConsoleChat.Arguments;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamingAdapters;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace ConsoleChat;

/// <summary>Who is asked: a client with its stages, and behind it a real server or an emulated one of our own.</summary>
internal sealed class ChatTarget : IAsyncDisposable
{
    public const string EmulatedModel = "emulated";

    private readonly ServiceProvider _services;
    private readonly EmulatedServer? _server;
    private readonly string _demo;

    private ChatTarget(ServiceProvider services, EmulatedServer? server, string demo)
    {
        _services = services;
        _server = server;
        _demo = demo;
        Client = services.GetRequiredService<IChatClient>();
        Provider = ProviderChoice.Find(Client.GetRequiredService<ChatClientMetadata>().ProviderName!);
    }

    public ProviderChoice Provider { get; }

    public IChatClient Client { get; }

    public bool IsEmulated => _server is not null;

    public Uri? Endpoint => Client.GetService<ChatClientMetadata>()?.ProviderUri;

    public string? Model => Client.GetService<ChatClientMetadata>()?.DefaultModelId;

    /// <summary>The mode of the next answer: the settings may be edited between two.</summary>
    public StreamingMode Mode => Client.GetService<StreamingPipelineDescriptor>()?.Mode ?? StreamingMode.Basic;

    public string Description => IsEmulated
        ? $"Emulated {DemoServer.NameOf(_demo)} server at {Endpoint}, model '{Model}' (--help says how to reach a real one)"
        : $"{Provider.Name} at {Endpoint}, model '{Model}'";

    /// <exception cref="UsageException">The command line lacks something.</exception>
    /// <exception cref="StreamingAdapters.Errors.ChatValidationException">The key is missing.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong.</exception>
    public static async Task<ChatTarget> OpenAsync(ChatArguments arguments, ChatSettings settings, ILoggerFactory log, CancellationToken cancellationToken)
    {
        if (arguments is { Provider: null, Demo: null } && settings.Provider is { } provider)
        {
            ChatTarget target = Open(settings.Section, log);
            if (target.Model is not null || settings.AllowsNoModel || arguments.ListsModels)
            {
                return target;
            }

            await target.DisposeAsync();
            throw new UsageException($"'{provider}' needs a model: say --model NAME, or Chat:Provider:Model in appsettings.json.");
        }

        if (!arguments.IsEmulated)
        {
            return Open(settings.Section, log, _ => ProviderChoice.Find(arguments.ProviderName).CreateFor(arguments));
        }

        string demo = arguments.Demo ?? DemoServer.Default;
        EmulatedServer server = await DemoServer.StartAsync(demo, EmulatedModel, cancellationToken);
        try
        {
            return Open(settings.Section, log, _ => DemoServer.CreateClient(demo, server, arguments.Model ?? EmulatedModel), server, demo);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    // Without a client of one's own the section's provider is taken. More stages go outside, .UseOpenTelemetry() for example; function invocation goes into the
    // slot of rounds: rounds: stages => stages.UseFunctionInvocation().
    private static ChatTarget Open(IConfiguration section, ILoggerFactory log, Func<IServiceProvider, IChatClient>? provider = null, EmulatedServer? server = null, string demo = DemoServer.Default)
    {
        var services = new ServiceCollection();
        services.AddSingleton(log);
        if (provider is null)
        {
            services.AddStreamingChatClient(section);
        }
        else
        {
            services.AddStreamingChatClient(section, provider);
        }

        ServiceProvider built = services.BuildServiceProvider();
        try
        {
            return new ChatTarget(built, server, demo);
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }
}
