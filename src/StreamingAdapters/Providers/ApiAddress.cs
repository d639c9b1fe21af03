namespace StreamingAdapters.Providers;

/// <summary>Where the parts of a provider's API are, seen from the endpoint that a user gave.</summary>
internal static class ApiAddress
{
    /// <summary>The base address, without a slash at its end.</summary>
    /// <param name="endpoint">What the user gave.</param>
    /// <param name="basePath">The API's own path: a bare host, or the beginning of that path (Azure's <c>/openai</c>), gets the rest of it; any other path is kept.</param>
    /// <param name="chatPath">Where the chats are below; an endpoint that names them already is cut off there.</param>
    public static string BaseOf(Uri endpoint, string basePath, string chatPath = "")
    {
        string address = endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        string path = endpoint.AbsolutePath.TrimEnd('/');
        return basePath.StartsWith(path + "/", StringComparison.Ordinal) ? address[..^path.Length] + basePath
            : chatPath.Length > 0 && address.EndsWith(chatPath, StringComparison.Ordinal) ? address[..^chatPath.Length]
            : address;
    }

    /// <summary>An address as metadata tells it: without a password, and without a query, where a gateway's key may stand.</summary>
    public static Uri Told(Uri endpoint) => new(endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));

    /// <summary>An address with parameters, and behind them those that the user's endpoint has.</summary>
    public static Uri With(string address, Uri endpoint, params ReadOnlySpan<string?> parameters)
    {
        string query = string.Join('&', ((IEnumerable<string?>)[.. parameters, endpoint.Query.TrimStart('?')]).Where(parameter => !string.IsNullOrEmpty(parameter)));
        return new Uri(query.Length == 0 ? address : $"{address}?{query}");
    }
}
