using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using StreamingAdapters.Streams;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Pipeline;

/// <summary>A pipeline by options that may change: each call runs through the pipeline that is current when it begins, to its end.</summary>
/// <remarks>
/// A changed section builds a new pipeline; one that is wrong is logged and changes nothing. A replaced pipeline, and a replaced provider's client, is disposed
/// when the last call that began with it ends. Disposing this client disposes the provider's at once, as every pipeline does.
/// </remarks>
internal sealed partial class ConfiguredChatClient : IChatClient
{
    private readonly Lock _gate = new();
    private readonly PipelineSource _source;
    private readonly IServiceProvider _services;
    private readonly ILogger _logger;
    private readonly IDisposable? _changes;
    private string _seen;
    private volatile PipelineSnapshot _current;
    private volatile bool _isDisposed;

    /// <summary>Builds the first pipeline.</summary>
    /// <param name="source">The options, and where changes are looked for.</param>
    /// <param name="innerClient">The provider's client; null for one by the source's factory, or by <see cref="StreamingOptions.Provider"/> and made anew when that changes.</param>
    /// <param name="services">Where stages take from what they are not given.</param>
    /// <exception cref="OptionsValidationException">The options are wrong; it holds all failures.</exception>
    public ConfiguredChatClient(PipelineSource source, IChatClient? innerClient, IServiceProvider services)
    {
        _source = source;
        _services = services;
        _logger = services.Loggers()?.CreateLogger<ConfiguredChatClient>() ?? (ILogger)NullLogger.Instance;
        _seen = source.Fingerprint;
        _current = Build(innerClient is null ? null : new PipelineProviders(new SharedProvider(innerClient, settings: null), [], []));
        if (source.Section is { } section)
        {
            _changes = ChangeToken.OnChange(section.GetReloadToken, Reload);

            // What changed between the first reading and now fired no token of ours.
            Reload();
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return RespondAsync(messages, options, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new PipelineStream(this, MessageSnapshot.Of(messages), options, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        PipelineSnapshot current = _current;
        return serviceKey is null && serviceType == typeof(StreamingPipelineDescriptor) ? current.Descriptor
            : serviceKey is null && serviceType.IsInstanceOfType(this) ? this
            : current.Client.GetService(serviceType, serviceKey) ?? (serviceKey is null && serviceType == typeof(UsageAccumulator) ? _source.State.Usage : null);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _changes?.Dispose();
        foreach (SharedProvider provider in _current.Providers.All)
        {
            provider.EndNow();
        }

        _current.Exit();
    }

    /// <summary>The current pipeline, used by one call more; the call leaves it by <see cref="SharedUse.Exit"/>.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal PipelineSnapshot Enter()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            PipelineSnapshot current = _current;
            if (current.TryEnter())
            {
                return current;
            }
        }
    }

    private async Task<ChatResponse> RespondAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        PipelineSnapshot pipeline = Enter();
        try
        {
            return await pipeline.Client.GetResponseAsync(messages, options, cancellationToken);
        }
        finally
        {
            pipeline.Exit();
        }
    }

    private PipelineSnapshot Build(PipelineProviders? before)
    {
        StreamingOptions options = _source.Read();
        List<SharedProvider> made = [];
        try
        {
            SharedProvider main = before?.Main.Serves(options.Provider) is true ? before.Main : Keep(MakeProvider(options.Provider));
            SharedProvider[] failover = [.. options.Routes.Select(route => FindOrConnect(route.Provider))];
            SharedProvider[] routed = [.. options.Routing.Select(route => FindOrConnect(route.Provider))];
            return PipelineSnapshot.Build(new PipelineProviders(main, failover, routed), options, _source, _services);
        }
        finally
        {
            // The pipeline is the providers' user now; if it could not be built, nobody is.
            made.ForEach(provider => provider.Exit());
        }

        SharedProvider FindOrConnect(StreamingProviderOptions wanted) => before?.Find(wanted) ?? Keep(Connect(wanted));

        SharedProvider Keep(SharedProvider provider)
        {
            made.Add(provider);
            return provider;
        }
    }

    private SharedProvider MakeProvider(StreamingProviderOptions options) => _source.InnerClientFactory is { } make
        ? new SharedProvider(make(_services), settings: null)
        : Connect(options);

    // Another address or key is another server: what was held against the one before says nothing about it.
    private SharedProvider Connect(StreamingProviderOptions options)
    {
        _source.State.Recovery?.Circuits.Reset();
        return new SharedProvider(ProviderNames.CreateClient(options, _services.Time() ?? TimeProvider.System), options);
    }

    // Runs inside the configuration's own reload: whatever it threw would land there.
    private void Reload()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            try
            {
                string now = _source.Fingerprint;
                if (now == _seen)
                {
                    return;
                }

                _seen = now;
                PipelineSnapshot before = _current;
                _current = Build(before.Providers);
                before.Exit();
                LogRebuilt(_source.Path, _current.Descriptor);
            }
            catch (OptionsValidationException e)
            {
                LogInvalid(_source.Path, string.Join(" ", e.Failures));
            }
            catch (Exception e)
            {
                LogFailed(e, _source.Path);
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The configuration '{Section}' has changed, the next calls run through the pipeline {Pipeline}.")]
    private partial void LogRebuilt(string section, StreamingPipelineDescriptor pipeline);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The configuration '{Section}' has changed and is wrong, the pipeline stays as it was. {Failures}")]
    private partial void LogInvalid(string section, string failures);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "The configuration '{Section}' has changed, but no pipeline could be built from it; it stays as it was.")]
    private partial void LogFailed(Exception exception, string section);
}
