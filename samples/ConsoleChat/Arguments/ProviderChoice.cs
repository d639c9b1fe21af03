using Microsoft.Extensions.AI;
using StreamingAdapters;

namespace ConsoleChat.Arguments;

/// <summary>A provider that <c>--provider</c> can name: where it is, how to start it, and how to make its client.</summary>
internal sealed record ProviderChoice(string Name, Uri? DefaultEndpoint, string? ApiKeyVariable, Func<Uri?, string?, IChatClient> CreateClient)
{
    public const string Default = "ollama";

    private const string StartLMStudio = "Start LM Studio's server with 'lms server start'";
    private const string ListLMStudio = "'lms ls' shows what is installed";

    /// <summary>Every provider, in the order of the help text.</summary>
    public static IReadOnlyList<ProviderChoice> All { get; } =
    [
        new(Default, new Uri("http://localhost:11434"), "OLLAMA_API_KEY", CreateOllama)
        {
            StartHint = "Start Ollama with 'ollama serve'",
            ModelHint = "'ollama list' shows what is installed",
        },
        Of(OpenAIDialect.LMStudio, StartLMStudio, ListLMStudio),
        Of(ProviderCatalog.Find("lmstudio-native")!) with { StartHint = StartLMStudio, ModelHint = ListLMStudio },
        Of(OpenAIDialect.LlamaCpp, "Start llama.cpp with 'llama-server -m model.gguf'", "llama-server names its own at /v1/models"),
        Of(OpenAIDialect.Vllm, "Start vLLM with 'vllm serve MODEL'", "it is the name given to 'vllm serve'"),
        Of(OpenAIDialect.OpenAI),
        Of(ProviderCatalog.Find("openai-responses")!),
        Of(ProviderCatalog.Find("anthropic")!),
        Of(ProviderCatalog.Find("gemini")!) with { Name = "gemini" },
        Of(OpenAIDialect.OpenRouter),
        Of(ProviderCatalog.Find("azure")!) with { ModelHint = "it is the deployment's name" },
        Of(OpenAIDialect.Generic),
    ];

    /// <summary>How to start it where it runs on this machine.</summary>
    public string? StartHint { get; init; }

    /// <summary>Where its models' names are found.</summary>
    public string? ModelHint { get; init; }

    /// <summary>The environment variables that its own address is made of; empty where it needs none.</summary>
    public IReadOnlyList<string> AddressVariables { get; init; } = [];

    private bool HasAddress => DefaultEndpoint is not null || (AddressVariables.Count > 0 && AddressVariables.All(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }));

    /// <summary>One of those of the help text, or any other of the catalogue.</summary>
    /// <exception cref="UsageException">There is no such provider.</exception>
    public static ProviderChoice Find(string name) =>
        All.FirstOrDefault(choice => choice.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? (ProviderCatalog.Find(name) is { } entry ? Of(entry) : null)
        ?? throw new UsageException(Unknown(name));

    /// <summary>The client for a real server.</summary>
    /// <exception cref="UsageException">The model or the address is missing.</exception>
    /// <exception cref="StreamingAdapters.Errors.ChatValidationException">The key is missing.</exception>
    public IChatClient CreateFor(ChatArguments arguments)
    {
        if (arguments.Endpoint is null && !HasAddress)
        {
            string alternative = AddressVariables.Count == 0 ? "" : $", or set {string.Join(" and ", AddressVariables)}";
            throw new UsageException($"The provider '{Name}' has no address of its own: give one with --endpoint{alternative}.");
        }

        string hint = ModelHint is null ? "" : $" ({ModelHint})";
        string? model = arguments.Model is not null || arguments.ListsModels ? arguments.Model : throw new UsageException($"The provider '{Name}' needs to know the model: name one with --model{hint}.");
        return CreateClient(arguments.Endpoint, model);
    }

    // One protocol, many servers: what differs between them is in the dialect.
    private static ProviderChoice Of(OpenAIDialect dialect, string? startHint = null, string? modelHint = null) =>
        new(dialect.Name, dialect.DefaultEndpoint, dialect.ApiKeyVariable, (endpoint, model) => CreateOpenAI(dialect, endpoint, model))
        {
            StartHint = startHint,
            ModelHint = modelHint,
        };

    // Whoever names a provider wants it, verified or not.
    private static ProviderChoice Of(ProviderEntry entry) => new(
        entry.Id,
        entry.AddressVariables.Count == 0 && Uri.TryCreate(entry.BaseAddress, UriKind.Absolute, out Uri? address) ? address : null,
        entry.KeyVariables.Count > 0 ? entry.KeyVariables[0] : null,
        (endpoint, model) => ChatProviderFactory.Create(entry.Id, new ChatProviderOptions { Endpoint = endpoint, Model = model, AllowUnverified = true }))
    {
        AddressVariables = entry.AddressVariables,
    };

    private static string Unknown(string name)
    {
        string near = string.Join(", ", ProviderCatalog.Near(name).Take(3).Select(id => $"'{id}'"));
        return $"The provider '{name}' is unknown{(near.Length == 0 ? ";" : $": did you mean {near}?")} --list-providers lists those there are.";
    }

    private static OllamaChatClient CreateOllama(Uri? endpoint, string? model) => new(new OllamaOptions { Endpoint = endpoint, Model = model });

    private static OpenAIChatClient CreateOpenAI(OpenAIDialect dialect, Uri? endpoint, string? model) =>
        new(new OpenAIOptions { Dialect = dialect, Endpoint = endpoint, Model = model });
}
