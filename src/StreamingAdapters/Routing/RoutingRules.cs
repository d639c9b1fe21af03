using System.Globalization;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Routing;

/// <summary>Which route a call takes; pure. Of those that its model's name leaves, the first in order that can do what it needs.</summary>
internal static class RoutingRules
{
    /// <summary>The route, and the model to ask it for; null for its own.</summary>
    /// <param name="routes">The routes in order.</param>
    /// <param name="needs">What the call needs.</param>
    /// <param name="keeper">The route whose server keeps the call's conversation, unless the model's name leaves it out; null for none.</param>
    /// <exception cref="ChatValidationException">No route can; the message says why of each.</exception>
    public static (ModelRoute Route, string? Model) Choose(IReadOnlyList<ModelRoute> routes, RoutingNeeds needs, ModelRoute? keeper = null)
    {
        int longest = needs.Model is null ? 0 : routes.Max(route => PrefixOf(route, needs.Model)?.Length ?? 0);
        IReadOnlyList<ModelRoute> named = longest > 0 ? [.. routes.Where(route => PrefixOf(route, needs.Model!)?.Length == longest)] : Unnamed(routes, needs.Model);
        named = keeper is not null && (needs.Model is null || named.Contains(keeper)) ? [keeper] : named;
        ModelRoute route = named.FirstOrDefault(candidate => Hindrance(candidate, needs) is null) ?? throw new ChatValidationException(Refusal(named, needs));
        return (route, ModelFor(route, needs.Model));
    }

    /// <summary>The model to ask a route for where a call names one; null for its own.</summary>
    public static string? ModelFor(ModelRoute route, string? model) =>
        model is null || PrefixOf(route, model) is not { } prefix ? route.Model ?? model
        : !route.StripsPrefix ? model
        : model.Length > prefix.Length ? model[prefix.Length..]
        : route.Model;

    /// <summary>The routes of a model that no prefix claims. A call without a model is for routes that know one; where no route says that it does, for the clients' own.</summary>
    public static IReadOnlyList<ModelRoute> Unnamed(IReadOnlyList<ModelRoute> routes, string? model)
    {
        ModelRoute[] open = [.. routes.Where(route => route.Prefixes.Count == 0 || (model is null && route.Model is not null))];
        return open.Length == 0 && model is null ? routes : open;
    }

    private static string? PrefixOf(ModelRoute route, string model) =>
        route.Prefixes.Where(prefix => model.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).MaxBy(prefix => prefix.Length);

    private static string? Hindrance(ModelRoute route, RoutingNeeds needs) =>
        needs.HasImages && !route.SupportsVision ? "reads no images"
        : needs.HasTools && !route.SupportsTools ? "calls no tools"
        : needs.Tokens > route.ContextLength ? string.Create(CultureInfo.InvariantCulture, $"has {route.ContextLength} tokens of context and the call needs about {needs.Tokens}")
        : null;

    private static string Refusal(IReadOnlyList<ModelRoute> named, RoutingNeeds needs) => named.Count == 0
        ? $"No route is for the model '{needs.Model}': give one a prefix of it, or one no prefixes at all."
        : $"No route can answer this call: {string.Join("; ", named.Select(route => $"'{route.Name}' {Hindrance(route, needs)}"))}.";
}
