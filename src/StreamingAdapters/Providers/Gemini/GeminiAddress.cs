using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers.Gemini;

/// <summary>Where Gemini's models are: the address holds the model and what it shall do.</summary>
internal sealed class GeminiAddress(Uri endpoint)
{
    private const string Form = "alt";
    private readonly bool _hasForm = endpoint.Query.TrimStart('?').Split('&').Any(parameter => parameter.StartsWith(Form + "=", StringComparison.OrdinalIgnoreCase));
    private readonly string _base = ApiAddress.BaseOf(endpoint, "/v1beta");

    /// <summary>The model's path; tuned models, endpoints and other publishers' models come with their own.</summary>
    public static string PathOf(string model) => model.Contains('/', StringComparison.Ordinal) ? model : $"models/{model}";

    /// <summary>The list of models.</summary>
    public Uri Models(params ReadOnlySpan<string?> parameters) => ApiAddress.With($"{_base}/models", endpoint, parameters);

    /// <summary>What asks for server-sent events; null where the endpoint asks for a form of its own.</summary>
    public string? AsEvents => _hasForm ? null : Form + "=sse";

    /// <summary>The address of something that a model does.</summary>
    /// <exception cref="ChatValidationException">There is no model.</exception>
    public Uri Of(string? modelId, string method, string? parameter = null)
    {
        string model = modelId ?? throw new ChatValidationException(
            $"Gemini's address holds the model: set {nameof(GeminiOptions)}.{nameof(GeminiOptions.Model)} or {nameof(ChatOptions)}.{nameof(ChatOptions.ModelId)}.");
        string path = string.Join('/', PathOf(model).Split('/').Select(Uri.EscapeDataString));
        return ApiAddress.With($"{BaseOf(path)}/{path}:{method}", endpoint, parameter);
    }

    // Vertex AI has models below a publisher, endpoints beside the publishers, and both below a project: a path begins at its own level.
    private string BaseOf(string path)
    {
        string begin = path[..path.IndexOf('/', StringComparison.Ordinal)];
        int level = begin switch
        {
            "projects" => _base.LastIndexOf("/projects/", StringComparison.Ordinal),
            "publishers" or "endpoints" => _base.LastIndexOf("/publishers/", StringComparison.Ordinal),
            _ => -1,
        };
        return level < 0 ? _base : _base[..level];
    }
}
