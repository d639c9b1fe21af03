using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>OpenAI's chat completions on the loopback: <c>/v1/chat/completions</c> and <c>/v1/models</c>; protocol facts from recorded streams.</summary>
public sealed class EmulatedOpenAIServer : EmulatedServer
{
    private EmulatedOpenAIServer(EmulatedServerOptions options)
        : base(options)
    {
    }

    /// <summary>The base address, ending in <c>/v1</c>, to which clients append <c>/chat/completions</c>.</summary>
    public override Uri Endpoint => new(Root, "v1");

    private protected override ServerProtocol Protocol => OpenAIProtocol.Instance;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="options">How it answers; by default as <see cref="EmulatedServerOptions"/> says.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async Task<EmulatedOpenAIServer> StartAsync(EmulatedServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new EmulatedOpenAIServer(options ?? new EmulatedServerOptions());
        await server.StartHostAsync(cancellationToken);
        return server;
    }

    private protected override bool IsChat(EmulatedRequest request) => request is { Method: "POST", Path: "/v1/chat/completions" };

    private protected override AnswerPlan PlanChat(EmulatedRequest request, IdGenerator ids)
    {
        if (request.Json is not { ValueKind: JsonValueKind.Object } body)
        {
            return Refuse(400, "We could not parse the JSON body of your request.");
        }

        if (body.Text("model") is not { Length: > 0 } model)
        {
            return Refuse(400, "you must provide a model parameter");
        }

        if (!Options.Models.Contains(model, StringComparer.Ordinal))
        {
            return Refuse(404, $"The model `{model}` does not exist or you do not have access to it.", "model_not_found");
        }

        if (body.Items("messages").FirstOrDefault().ValueKind is JsonValueKind.Undefined)
        {
            return Refuse(400, "Missing required parameter: 'messages'.", "missing_required_parameter", "messages");
        }

        EmulatedPrompt prompt = OpenAIPromptReader.Read(body, model);
        return prompt switch
        {
            { Prefill: not null } when !Options.SupportsPrefill => Refuse(400, ServerProtocol.PrefillRefused),
            { Tools.Count: > 0 } when !Options.SupportsTools => Refuse(400, "'tools' is not supported with this model.", "unsupported_parameter", "tools"),
            _ => Answer(prompt with { Thinks = prompt.Thinks && Options.SupportsThinking }, ids),
        };
    }

    private protected override bool MeetsFaults(EmulatedRequest request) => IsChat(request) || request is { Method: "POST", Path: "/v1/embeddings" };

    private protected override AnswerPlan PlanOther(EmulatedRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/v1/embeddings") => Embed(request),
        ("GET", "/v1/models") => AnswerPlan.Json(Protocol, $$"""{"object":"list","data":[{{string.Join(',', Options.Models.Select(ModelEntry))}}]}"""),
        _ => Refuse(404, $"Invalid URL ({request.Method} {request.Path})"),
    };

    private AnswerPlan Answer(EmulatedPrompt prompt, IdGenerator ids)
    {
        string id = ids.Next("chatcmpl-", 29);
        EmulatedAnswer[] answers =
            [.. Enumerable.Range(0, prompt.Choices).Select(choice => AnswerComposer.Compose(prompt, Options, choice, () => ids.Next("call_", 24)))];
        var renderer = new OpenAIRenderer(prompt, answers, id, Options.TimeProvider.GetUtcNow(), Options.ArgumentCharacters);
        return new AnswerPlan(Protocol)
        {
            Renderer = renderer,
            ContentType = prompt.IsStreamed ? Protocol.StreamContentType : Protocol.BodyContentType,
            Body = prompt.IsStreamed ? null : Encoding.UTF8.GetBytes(renderer.Body()),
            Frames = prompt.IsStreamed ? renderer.Frames() : [],
        };
    }

    // Backwards: order is a matter of the index.
    private AnswerPlan Embed(EmulatedRequest request)
    {
        if (request.Json is not { } body || body.Text("model") is not { Length: > 0 } model)
        {
            return Refuse(400, "you must provide a model parameter");
        }

        if (!Options.Models.Contains(model, StringComparer.Ordinal))
        {
            return Refuse(404, $"The model `{model}` does not exist or you do not have access to it.", "model_not_found");
        }

        string[] texts = [.. body.Strings("input")];
        int? dimensions = body.Number("dimensions");
        bool isBase64 = body.Text("encoding_format") is "base64";
        IEnumerable<string> data = texts.Select((text, index) =>
        {
            string vector = isBase64 ? $"\"{EmulatedEmbeddings.Base64(Options, model, text, dimensions)}\"" : EmulatedEmbeddings.Vector(Options, model, text, dimensions);
            return $"{{\"object\":\"embedding\",\"index\":{index},\"embedding\":{vector}}}";
        });
        int tokens = EmulatedEmbeddings.Tokens(texts);
        return AnswerPlan.Json(
            Protocol,
            $"{{\"object\":\"list\",\"data\":[{string.Join(',', data.Reverse())}],\"model\":{JsonText.Quote(model)},\"usage\":{{\"prompt_tokens\":{tokens},\"total_tokens\":{tokens}}}}}");
    }

    private AnswerPlan Refuse(int status, string message, string? code = null, string? param = null) =>
        AnswerPlan.Json(Protocol, OpenAIProtocol.Error(message, code: code, param: param), status);

    private string ModelEntry(string model) =>
        $"{{\"id\":{JsonText.Quote(model)},\"object\":\"model\",\"created\":{Options.TimeProvider.GetUtcNow().ToUnixTimeSeconds()},\"owned_by\":\"emulated\"}}";
}
