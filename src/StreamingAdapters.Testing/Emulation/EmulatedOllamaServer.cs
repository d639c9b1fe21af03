using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>
/// Ollama's native API on the loopback: <c>/api/chat</c>, <c>/api/generate</c>, <c>/api/embed</c>, <c>/api/tags</c>, <c>/api/show</c>, <c>/api/ps</c>, <c>/api/pull</c>, <c>/api/version</c>; protocol facts from its
/// documentation, its source and recorded streams.
/// </summary>
public sealed class EmulatedOllamaServer : EmulatedServer
{
    private const string Version = "0.12.6";

    private EmulatedOllamaServer(EmulatedServerOptions options)
        : base(options)
    {
    }

    /// <summary>The server's root, as <c>http://127.0.0.1:11434/</c> is that of a real one.</summary>
    public override Uri Endpoint => Root;

    private protected override ServerProtocol Protocol => OllamaProtocol.Instance;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="options">How it answers; by default as <see cref="EmulatedServerOptions"/> says.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async Task<EmulatedOllamaServer> StartAsync(EmulatedServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new EmulatedOllamaServer(options ?? new EmulatedServerOptions());
        await server.StartHostAsync(cancellationToken);
        return server;
    }

    private protected override bool IsChat(EmulatedRequest request) => request is { Method: "POST", Path: "/api/chat" or "/api/generate" };

    private protected override AnswerPlan PlanChat(EmulatedRequest request, IdGenerator ids)
    {
        if (request.Json is not { } body)
        {
            return Refuse(400, "unexpected end of JSON input");
        }

        if (body.Text("model") is not { Length: > 0 } model)
        {
            return Refuse(400, "model is required");
        }

        if (!Options.Models.Select(FullName).Contains(FullName(model), StringComparer.Ordinal))
        {
            return Refuse(404, $"model '{model}' not found");
        }

        bool isGenerate = request.Path is "/api/generate";
        EmulatedPrompt prompt = isGenerate ? OllamaPromptReader.ReadGenerate(body, model) : OllamaPromptReader.ReadChat(body, model);
        return prompt switch
        {
            { Thinks: true } when !Options.SupportsThinking => Refuse(400, $"\"{model}\" does not support thinking"),
            { Prefill: not null } when !Options.SupportsPrefill => Refuse(400, ServerProtocol.PrefillRefused),
            { Tools.Count: > 0 } when !Options.SupportsTools => Refuse(400, $"registry.ollama.ai/library/{FullName(model)} does not support tools"),
            _ => Answer(prompt, body, isGenerate, ids),
        };
    }

    private protected override bool MeetsFaults(EmulatedRequest request) => IsChat(request) || request is { Method: "POST", Path: "/api/embed" };

    private protected override AnswerPlan PlanOther(EmulatedRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/api/embed") => Embed(request),
        ("POST", "/api/show") => Show(request),
        ("POST", "/api/pull") => Pull(),
        ("GET", "/api/ps") => AnswerPlan.Json(Protocol, $$"""{"models":[{{string.Join(',', Options.Models.Where(IsLoaded).Select(Tag))}}]}"""),
        ("GET", "/api/tags") => AnswerPlan.Json(Protocol, $$"""{"models":[{{string.Join(',', Options.Models.Select(Tag))}}]}"""),
        ("GET", "/api/version") => AnswerPlan.Json(Protocol, $$"""{"version":"{{Version}}"}"""),
        ("GET" or "HEAD", "/") => new AnswerPlan(Protocol) { ContentType = "text/plain; charset=utf-8", Body = "Ollama is running"u8.ToArray() },
        _ => new AnswerPlan(Protocol) { Status = 404, ContentType = "text/plain", Body = "404 page not found"u8.ToArray() },
    };

    private AnswerPlan Answer(EmulatedPrompt prompt, JsonElement body, bool isGenerate, IdGenerator ids)
    {
        EmulatedAnswer answer = AnswerComposer.Compose(prompt, Options, choice: 0, () => ids.Next("call_", 8));
        var renderer = new OllamaRenderer(prompt, answer, Options.TimeProvider.GetUtcNow(), isGenerate);
        if (!prompt.HasMessages)
        {
            bool unloads = body.Number("keep_alive") == 0 || body.Text("keep_alive") is "0" or "0s" or "0m";
            return AnswerPlan.Json(Protocol, renderer.LoadBody(unloads));
        }

        return new AnswerPlan(Protocol)
        {
            Renderer = renderer,
            ContentType = prompt.IsStreamed ? Protocol.StreamContentType : Protocol.BodyContentType,
            Body = prompt.IsStreamed ? null : System.Text.Encoding.UTF8.GetBytes(renderer.Body()),
            Frames = prompt.IsStreamed ? renderer.Frames() : [],
        };
    }

    private AnswerPlan Embed(EmulatedRequest request)
    {
        if (request.Json is not { } body || body.Text("model") is not { Length: > 0 } model)
        {
            return Refuse(400, "model is required");
        }

        if (!Options.Models.Select(FullName).Contains(FullName(model), StringComparer.Ordinal))
        {
            return Refuse(404, $"model '{model}' not found");
        }

        string[] texts = [.. body.Strings("input")];
        IEnumerable<string> vectors = texts.Select(text => EmulatedEmbeddings.Vector(Options, model, text, body.Number("dimensions")));
        return AnswerPlan.Json(
            Protocol,
            $"{{\"model\":{JsonText.Quote(model)},\"embeddings\":[{string.Join(',', vectors)}],\"total_duration\":14143917,\"load_duration\":1019500,\"prompt_eval_count\":{EmulatedEmbeddings.Tokens(texts)}}}");
    }

    private AnswerPlan Show(EmulatedRequest request)
    {
        string model = request.Json?.Text("model") ?? "";
        if (!Options.Models.Select(FullName).Contains(FullName(model), StringComparer.Ordinal))
        {
            return Refuse(404, $"model '{model}' not found");
        }

        string capabilities = $"\"completion\"{(Options.SupportsTools ? ",\"tools\"" : "")}{(Options.SupportsThinking ? ",\"thinking\"" : "")}";
        return AnswerPlan.Json(Protocol, $"{{\"model_info\":{{\"general.architecture\":\"llama\",\"llama.context_length\":8192}},\"capabilities\":[{capabilities}]}}");
    }

    // What is fetched is not there afterwards: the emulated models are those of the options.
    private AnswerPlan Pull()
    {
        const string Layer = "{\"status\":\"pulling 8eeb52dfb3bb\",\"digest\":\"sha256:8eeb52dfb3bb\",\"total\":2000,\"completed\":";
        string[] lines = ["{\"status\":\"pulling manifest\"}", $"{Layer}0}}", $"{Layer}1000}}", $"{Layer}2000}}", "{\"status\":\"verifying sha256 digest\"}", "{\"status\":\"writing manifest\"}", "{\"status\":\"success\"}"];
        return new AnswerPlan(Protocol) { ContentType = Protocol.StreamContentType, Frames = [.. lines.Select(line => new Frame(FrameKind.Noise, line))] };
    }

    // A model is loaded by its first request.
    private bool IsLoaded(string model) => Requests.Any(request => IsChat(request) && request.Json?.Text("model") is { } asked && FullName(asked) == FullName(model));

    private AnswerPlan Refuse(int status, string message) => AnswerPlan.Json(Protocol, OllamaProtocol.Error(message), status);

    private string Tag(string model)
    {
        string name = JsonText.Quote(FullName(model));
        string digest = new IdGenerator(Options.Seed, 0).Next("", 64);
        const string Details =
            """{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"3.2B","quantization_level":"Q4_K_M"}""";
        return $"{{\"name\":{name},\"model\":{name},\"modified_at\":\"{OllamaRenderer.Timestamp(Options.TimeProvider.GetUtcNow())}\","
            + $"\"size\":2019393189,\"digest\":\"{digest}\",\"details\":{Details}}}";
    }

    // A name without a tag means the tag "latest".
    private static string FullName(string model) => model.Contains(':', StringComparison.Ordinal) ? model : $"{model}:latest";
}
