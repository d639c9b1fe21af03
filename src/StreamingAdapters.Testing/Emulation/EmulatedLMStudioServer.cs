using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>LM Studio's own API on the loopback: <c>/api/v1/chat</c> and <c>/api/v0/models</c>; protocol facts from its documentation.</summary>
/// <remarks>
/// It keeps what it answers, unless <c>store</c> is false: <c>previous_response_id</c> goes on from an answer. A model is loaded by its first request, which tells of it.
/// Integrations are answered with 501. Its other face is <see cref="EmulatedOpenAIServer"/>.
/// </remarks>
public sealed class EmulatedLMStudioServer : EmulatedServer
{
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<ChatMessage>>> _stored = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _loaded = new(StringComparer.Ordinal);

    private EmulatedLMStudioServer(EmulatedServerOptions options)
        : base(options)
    {
    }

    /// <summary>The base address, ending in <c>/api/v1</c>, to which clients append <c>/chat</c>.</summary>
    public override Uri Endpoint => new(Root, "api/v1");

    private protected override ServerProtocol Protocol => LMStudioProtocol.Instance;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="options">How it answers; by default as <see cref="EmulatedServerOptions"/> says.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async Task<EmulatedLMStudioServer> StartAsync(EmulatedServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new EmulatedLMStudioServer(options ?? new EmulatedServerOptions());
        await server.StartHostAsync(cancellationToken);
        return server;
    }

    private protected override bool IsChat(EmulatedRequest request) => request is { Method: "POST", Path: "/api/v1/chat" };

    private protected override AnswerPlan PlanChat(EmulatedRequest request, IdGenerator ids)
    {
        if (request.Json is not { ValueKind: JsonValueKind.Object } body)
        {
            return Refuse(400, "The request body is not valid JSON");
        }

        if (body.Text("model") is not { Length: > 0 } model)
        {
            return Refuse(400, "\"model\" is required", "missing_required_parameter", "model");
        }

        if (!Options.Models.Contains(model, StringComparer.Ordinal))
        {
            return Refuse(404, $"Model \"{model}\" not found");
        }

        string? previous = body.Text("previous_response_id");
        Lazy<IReadOnlyList<ChatMessage>>? before = null;
        if (previous is not null && !_stored.TryGetValue(previous, out before))
        {
            return Refuse(400, $"Response \"{previous}\" not found", "invalid_value", "previous_response_id");
        }

        EmulatedPrompt prompt = LMStudioPromptReader.Read(body, model, before?.Value ?? []);
        return prompt switch
        {
            { HasMessages: false } => Refuse(400, "\"input\" is required", "missing_required_parameter", "input"),
            _ when body.Items("integrations").Any() => Refuse(501, "Integrations are not emulated"),
            _ => Answer(prompt with { Thinks = prompt.Thinks && Options.SupportsThinking }, body.Flag("store") is false ? null : ids.Next("resp_", 48)),
        };
    }

    private protected override AnswerPlan PlanOther(EmulatedRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/api/v0/models") => AnswerPlan.Json(Protocol, $$"""{"object":"list","data":[{{string.Join(',', Options.Models.Select(ModelEntry))}}]}"""),
        _ => Refuse(404, $"Unexpected endpoint or method. ({request.Method} {request.Path})"),
    };

    private AnswerPlan Answer(EmulatedPrompt prompt, string? id)
    {
        if (id is not null)
        {
            _stored[id] = new(() => [.. prompt.Messages.Where(static message => message.Role != ChatRole.System), new ChatMessage(ChatRole.Assistant, string.Concat(Compose().Text()))]);
        }

        var renderer = new LMStudioRenderer(prompt, Compose(), id, isLoading: _loaded.TryAdd(prompt.Model, true));
        return new AnswerPlan(Protocol)
        {
            Renderer = renderer,
            ContentType = prompt.IsStreamed ? Protocol.StreamContentType : Protocol.BodyContentType,
            Body = prompt.IsStreamed ? null : Encoding.UTF8.GetBytes(renderer.Body()),
            Frames = prompt.IsStreamed ? renderer.Frames() : [],
        };

        // The counts belong to one rendering; there are no calls that need an id.
        EmulatedAnswer Compose() => AnswerComposer.Compose(prompt, Options, choice: 0, static () => "");
    }

    private AnswerPlan Refuse(int status, string message, string? code = null, string? param = null) => code is null
        ? AnswerPlan.Json(Protocol, Protocol.ErrorBody(status, message), status)
        : AnswerPlan.Json(Protocol, $"{{\"error\":{LMStudioProtocol.Error("invalid_request", message, code, param)}}}", status);

    private string ModelEntry(string model) =>
        $"{{\"id\":{JsonText.Quote(model)},\"object\":\"model\",\"type\":\"llm\",\"publisher\":\"emulated\",\"state\":\"{(_loaded.ContainsKey(model) ? "loaded" : "not-loaded")}\",\"max_context_length\":8192}}";
}
