using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>Anthropic's Messages on the loopback: <c>/v1/messages</c> and <c>/v1/models</c>; protocol facts from recorded streams.</summary>
public sealed class EmulatedAnthropicServer : EmulatedServer
{
    private EmulatedAnthropicServer(EmulatedServerOptions options)
        : base(options)
    {
    }

    /// <summary>The base address, ending in <c>/v1</c>, to which clients append <c>/messages</c>.</summary>
    public override Uri Endpoint => new(Root, "v1");

    private protected override ServerProtocol Protocol => AnthropicProtocol.Instance;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="options">How it answers; by default as <see cref="EmulatedServerOptions"/> says.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async Task<EmulatedAnthropicServer> StartAsync(EmulatedServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new EmulatedAnthropicServer(options ?? new EmulatedServerOptions());
        await server.StartHostAsync(cancellationToken);
        return server;
    }

    private protected override bool IsChat(EmulatedRequest request) => request is { Method: "POST", Path: "/v1/messages" };

    private protected override AnswerPlan PlanChat(EmulatedRequest request, IdGenerator ids)
    {
        if (request.Json is not { ValueKind: JsonValueKind.Object } body)
        {
            return Refuse(400, "The request body is not valid JSON");
        }

        if (!request.Headers.ContainsKey("anthropic-version"))
        {
            return Refuse(400, "anthropic-version: header is required");
        }

        if (body.Text("model") is not { Length: > 0 } model)
        {
            return Refuse(400, "model: Field required");
        }

        if (!Options.Models.Contains(model, StringComparer.Ordinal))
        {
            return Refuse(404, $"model: {model}");
        }

        EmulatedPrompt prompt = AnthropicPromptReader.Read(body, model);
        return prompt switch
        {
            { MaxWords: null } => Refuse(400, "max_tokens: Field required"),
            { HasMessages: false } => Refuse(400, "messages: at least one message is required"),
            { Prefill: not null } when !Options.SupportsPrefill => Refuse(400, ServerProtocol.PrefillRefused),
            { Tools.Count: > 0 } when !Options.SupportsTools => Refuse(400, "tools: this model does not support tools"),
            _ => Answer(prompt with { Thinks = prompt.Thinks && Options.SupportsThinking }, ids),
        };
    }

    private protected override AnswerPlan PlanOther(EmulatedRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/v1/models") => AnswerPlan.Json(Protocol, $$"""{"data":[{{string.Join(',', Options.Models.Select(ModelEntry))}}],"has_more":false,"first_id":{{JsonText.Quote(Options.Models[0])}},"last_id":{{JsonText.Quote(Options.Models[^1])}}}"""),
        _ => Refuse(404, "Not Found"),
    };

    private AnswerPlan Answer(EmulatedPrompt prompt, IdGenerator ids)
    {
        EmulatedAnswer answer = AnswerComposer.Compose(prompt, Options, 0, () => ids.Next("toolu_", 24));
        var renderer = new AnthropicRenderer(prompt, answer, ids.Next("msg_", 24), Options.ArgumentCharacters);
        return new AnswerPlan(Protocol)
        {
            Renderer = renderer,
            ContentType = prompt.IsStreamed ? Protocol.StreamContentType : Protocol.BodyContentType,
            Body = prompt.IsStreamed ? null : Encoding.UTF8.GetBytes(renderer.Body()),
            Frames = prompt.IsStreamed ? renderer.Frames() : [],
        };
    }

    private AnswerPlan Refuse(int status, string message) => AnswerPlan.Json(Protocol, Protocol.ErrorBody(status, message), status);

    private static string ModelEntry(string model) => $"{{\"type\":\"model\",\"id\":{JsonText.Quote(model)},\"display_name\":{JsonText.Quote(model)},\"created_at\":\"2025-08-01T00:00:00Z\"}}";
}
