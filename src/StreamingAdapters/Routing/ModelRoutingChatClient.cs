using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Routing;

/// <summary>Chooses one of several clients for each call: by the model's prefix, by what the call needs (images, tools, context), in the order of the routes.</summary>
/// <remarks>
/// <para>Thread-safe. A local route in front of a cloud's is asked for all that it can do; what it cannot do goes to the cloud. The choice is made before anything is sent and
/// is final: failover is recovery's, as <c>Client</c> of a route (<c>local.AsBuilder().UseStreamingRecovery(...)</c> with the cloud among its routes).</para>
/// <para>The first update, or the response, says the route (<see cref="StreamingKeys.Route"/>) and its provider (<see cref="StreamingKeys.Provider"/>); every other update passes
/// as it is.</para>
/// <para>An answer goes on where it was made: a <see cref="ChatResponseUpdate.ContinuationToken"/> holds its route, also for another process, and a
/// <see cref="ChatOptions.ConversationId"/> that one of the last 4,096 answers had goes to that answer's route, unless the model's name leaves it out.</para>
/// <para><c>GetService&lt;ChatClientMetadata&gt;()</c> answers the route that was chosen last, before any call that of a call without a model; its model is that of a call without one where
/// the route has none of its own. Where calls run side by side, the answer itself says its route. Other services are the first route's; with a route's name as key, that route's. Disposing it disposes the routes' clients.</para>
/// </remarks>
public sealed class ModelRoutingChatClient : IChatClient
{
    private readonly ModelRoute[] _routes;
    private readonly ConversationKeepers _keepers;
    private volatile ModelRoute _last;

    /// <summary>Creates the client.</summary>
    /// <param name="routes">The routes in order, at least one, each with a name of its own.</param>
    /// <exception cref="ArgumentNullException"><paramref name="routes"/> or one of them is null.</exception>
    /// <exception cref="ChatValidationException">There is none, two have one name, or a value is wrong.</exception>
    public ModelRoutingChatClient(params IEnumerable<ModelRoute> routes)
        : this(routes, new ConversationKeepers())
    {
    }

    internal ModelRoutingChatClient(IEnumerable<ModelRoute> routes, ConversationKeepers keepers)
    {
        _keepers = keepers;
        ArgumentNullException.ThrowIfNull(routes);
        _routes = [.. routes];
        Array.ForEach(_routes, route => ArgumentNullException.ThrowIfNull(route, nameof(routes)));
        string[] failures = [.. Failures(_routes)];
        if (failures.Length > 0)
        {
            throw new ChatValidationException(failures);
        }

        _last = RoutingRules.Unnamed(_routes, model: null)[0];
    }

    /// <inheritdoc/>
    /// <exception cref="ChatValidationException">No route can answer the call.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> history = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        (ModelRoute route, ChatOptions? routed) = Choose(history, options);
        ChatResponse response = await route.Client.GetResponseAsync(history, routed, cancellationToken);
        string keeper = KeeperOf(response.AdditionalProperties, route);
        _keepers.Remember(response.ConversationId, keeper);
        ChatResponse told = ResponseCopy.With(response, StreamingKeys.Route, route.Name);
        told.ContinuationToken = TokenOf(told.ContinuationToken, keeper);
        TellProvider(told.AdditionalProperties!, route);
        return told;
    }

    /// <inheritdoc/>
    /// <exception cref="ChatValidationException">No route can answer the call; thrown when enumeration begins.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ModelRoute? named = serviceKey is string name ? _routes.FirstOrDefault(route => route.Name == name) : null;
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this
            : named is not null ? named.Client.GetService(serviceType)
            : serviceKey is null && serviceType == typeof(ChatClientMetadata) ? MetadataOf(_last)
            : _routes[0].Client.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the clients of all routes.</summary>
    public void Dispose()
    {
        foreach (IChatClient client in _routes.Select(route => route.Client).Distinct())
        {
            client.Dispose();
        }
    }

    private static string? DefaultModelOf(ModelRoute route) => route.Model ?? route.Client.GetService<ChatClientMetadata>()?.DefaultModelId;

    private ChatClientMetadata? MetadataOf(ModelRoute route)
    {
        ChatClientMetadata? own = route.Client.GetService<ChatClientMetadata>();
        string? asked = DefaultModelOf(route) ?? RoutingRules.Unnamed(_routes, model: null).Select(DefaultModelOf).FirstOrDefault(model => model is not null);
        return own is null || own.DefaultModelId == asked ? own : new ChatClientMetadata(own.ProviderName, own.ProviderUri, asked);
    }

    private static IEnumerable<string> Failures(ModelRoute[] routes)
    {
        if (routes.Length == 0)
        {
            yield return $"{nameof(ModelRoutingChatClient)} needs at least one route.";
        }

        foreach (string name in routes.GroupBy(route => route.Name, StringComparer.Ordinal).Where(group => group.Count() > 1 || string.IsNullOrWhiteSpace(group.Key)).Select(group => group.Key))
        {
            yield return $"The route name '{name}' is empty or there twice; every route has to have a name of its own.";
        }

        foreach (ModelRoute route in routes.Where(route => route.Client is null))
        {
            yield return $"The route '{route.Name}' has no {nameof(ModelRoute.Client)}.";
        }

        foreach (ModelRoute route in routes.Where(route => route.Prefixes is null || route.Prefixes.Any(string.IsNullOrEmpty)))
        {
            yield return $"The route '{route.Name}' has an empty prefix, or none at all where a list has to be; leave {nameof(ModelRoute.Prefixes)} out for a route that takes what no other claims.";
        }

        foreach (ModelRoute route in routes.Where(route => route.ContextLength < 1))
        {
            yield return $"The route '{route.Name}' has a {nameof(ModelRoute.ContextLength)} below 1; null means enough for everything.";
        }
    }

    private (ModelRoute Route, ChatOptions? Options) Choose(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var resumed = RoutedToken.Parse(options?.ContinuationToken);
        (ModelRoute route, string? model) = resumed is null
            ? RoutingRules.Choose(_routes, RoutingNeeds.Of(messages, options), Find(_keepers.Find(options?.ConversationId)))
            : (Named(resumed.Route), RoutingRules.ModelFor(Named(resumed.Route), options!.ModelId));
        _last = route;
        if (model == options?.ModelId && resumed is null)
        {
            return (route, options);
        }

        ChatOptions routed = options?.Clone() ?? new ChatOptions();
        routed.ModelId = model;
        routed.ContinuationToken = resumed?.Token ?? routed.ContinuationToken;
        return (route, routed);
    }

    private ModelRoute? Find(string? name) => Array.Find(_routes, route => route.Name == name);

    private ModelRoute Named(string name) => Find(name)
        ?? throw new ChatValidationException($"The answer to go on with was made by the route '{name}', and there is none of that name.");

    // Where recovery has gone on to another route, that one's server has the answer.
    private static string KeeperOf(AdditionalPropertiesDictionary? properties, ModelRoute route) =>
        AttemptRecord.ReadFrom(properties) is [var first, .., { Route: { } last }] && last != first.Route ? last : route.Name;

    private static ResponseContinuationToken? TokenOf(ResponseContinuationToken? token, string route) => token is null ? null : new RoutedToken(route, token).ToToken();

    private static ChatResponseUpdate Told(ChatResponseUpdate update, ModelRoute route, string keeper, bool isFirst)
    {
        ChatResponseUpdate told = isFirst ? update.With(StreamingKeys.Route, route.Name) : update.Clone();
        told.ContinuationToken = TokenOf(told.ContinuationToken, keeper);
        if (isFirst)
        {
            TellProvider(told.AdditionalProperties!, route);
        }

        return told;
    }

    private static void TellProvider(AdditionalPropertiesDictionary properties, ModelRoute route)
    {
        string? recovered = AttemptRecord.ReadFrom(properties) is [.., var last] ? last.Provider : null;
        if ((recovered ?? route.Client.GetService<ChatClientMetadata>()?.ProviderName) is { } provider)
        {
            properties.TryAdd(StreamingKeys.Provider, provider);
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ChatMessage> history = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        (ModelRoute route, ChatOptions? routed) = Choose(history, options);
        string? conversationId = null;
        string keeper = route.Name;
        bool isFirst = true;
        await foreach (ChatResponseUpdate update in route.Client.GetStreamingResponseAsync(history, routed, cancellationToken))
        {
            keeper = isFirst ? KeeperOf(update.AdditionalProperties, route) : keeper;
            if (!ReferenceEquals(update.ConversationId, conversationId))
            {
                _keepers.Remember(conversationId = update.ConversationId, keeper);
            }

            yield return isFirst || update.ContinuationToken is not null ? Told(update, route, keeper, isFirst) : update;
            isFirst = false;
        }
    }
}
