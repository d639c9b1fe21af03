using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace StreamingAdapters.Testing;

/// <summary>OpenAI's Responses on the loopback: <c>/v1/responses</c> and <c>/v1/models</c>; protocol facts from recorded streams.</summary>
/// <remarks>
/// It keeps what it answers, unless <c>store</c> is false: <c>previous_response_id</c> goes on from an answer, and
/// <c>GET /v1/responses/{id}?stream=true&amp;starting_after=N</c> streams one that is made in the background from behind an event. The model works without
/// its connection: all of such an answer is there at once.
/// </remarks>
public sealed class EmulatedOpenAIResponsesServer : EmulatedServer
{
    private const string Path = "/v1/responses";

    private readonly ConcurrentDictionary<string, StoredResponse> _stored = new(StringComparer.Ordinal);

    private EmulatedOpenAIResponsesServer(EmulatedServerOptions options)
        : base(options)
    {
    }

    /// <summary>The base address, ending in <c>/v1</c>, to which clients append <c>/responses</c>.</summary>
    public override Uri Endpoint => new(Root, "v1");

    private protected override ServerProtocol Protocol => OpenAIResponsesProtocol.Instance;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="options">How it answers; by default as <see cref="EmulatedServerOptions"/> says.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async Task<EmulatedOpenAIResponsesServer> StartAsync(EmulatedServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new EmulatedOpenAIResponsesServer(options ?? new EmulatedServerOptions());
        await server.StartHostAsync(cancellationToken);
        return server;
    }

    private protected override bool IsChat(EmulatedRequest request) =>
        request is { Method: "POST", Path: Path } || (request.Method is "GET" && request.Path.StartsWith(Path + "/", StringComparison.Ordinal));

    private protected override AnswerPlan PlanChat(EmulatedRequest request, IdGenerator ids)
    {
        if (request.Method is "GET")
        {
            return PlanStored(request);
        }

        if (request.Json is not { ValueKind: JsonValueKind.Object } body)
        {
            return Refuse(400, "We could not parse the JSON body of your request.");
        }

        if (body.Text("model") is not { Length: > 0 } model)
        {
            return Refuse(400, "Missing required parameter: 'model'.", "missing_required_parameter", "model");
        }

        if (!Options.Models.Contains(model, StringComparer.Ordinal))
        {
            return Refuse(404, $"The requested model '{model}' does not exist.", "model_not_found", "model");
        }

        string? previous = body.Text("previous_response_id");
        IReadOnlyList<JsonElement> before = previous is not null && _stored.TryGetValue(previous, out StoredResponse? stored) ? stored.Items() : [];
        return previous is not null && before.Count == 0
            ? Refuse(400, $"Previous response with id '{previous}' not found.", "previous_response_not_found", "previous_response_id")
            : PlanNew(body, new ResponsesInput(body, before), model, ids);
    }

    private protected override AnswerPlan PlanOther(EmulatedRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/v1/models") => AnswerPlan.Json(Protocol, $$"""{"object":"list","data":[{{string.Join(',', Options.Models.Select(ModelEntry))}}]}"""),
        _ => Refuse(404, $"Invalid URL ({request.Method} {request.Path})"),
    };

    private AnswerPlan PlanNew(JsonElement body, ResponsesInput input, string model, IdGenerator ids)
    {
        EmulatedPrompt prompt = OpenAIResponsesPromptReader.Read(body, input, model);
        return prompt switch
        {
            { Messages.Count: 0 } when input.All.Count == 0 => Refuse(400, "Missing required parameter: 'input'.", "missing_required_parameter", "input"),
            { Prefill: not null } when !Options.SupportsPrefill => Refuse(400, ServerProtocol.PrefillRefused),
            { Tools.Count: > 0 } when !Options.SupportsTools => Refuse(400, "'tools' is not supported with this model.", "unsupported_parameter", "tools"),
            _ => Answer(prompt with { Thinks = prompt.Thinks && Options.SupportsThinking }, input, ResponsesRequest.Read(body, ids, Options.TimeProvider.GetUtcNow())),
        };
    }

    private AnswerPlan Answer(EmulatedPrompt prompt, ResponsesInput input, ResponsesRequest request)
    {
        var answer = new StoredResponse(request, input.All, Render);
        if (request.IsStored || request.IsInBackground)
        {
            _stored[request.Id] = answer;
        }

        return Plan(answer, prompt.IsStreamed, startingAfter: -1);

        // Rendered anew for each reader: the counts belong to one rendering.
        OpenAIResponsesRenderer Render()
        {
            int calls = 0;
            EmulatedAnswer composed = AnswerComposer.Compose(prompt, Options, 0, () => $"call_{calls++}{request.ItemSuffix[..23]}");
            return new OpenAIResponsesRenderer(prompt, composed, request, Options.ArgumentCharacters);
        }
    }

    private AnswerPlan PlanStored(EmulatedRequest request)
    {
        string id = Uri.UnescapeDataString(request.Path[(Path.Length + 1)..]);
        if (!_stored.TryGetValue(id, out StoredResponse? stored))
        {
            return Refuse(404, $"Response with id '{id}' not found.");
        }

        var query = QueryHelpers.ParseQuery(request.Query);
        bool isStreamed = query.GetValueOrDefault("stream") == "true";
        if (isStreamed && !stored.Request.IsInBackground)
        {
            return Refuse(400, "Streaming is only supported for responses that were created with `background` and `stream` set to true.", param: "stream");
        }

        string after = query.GetValueOrDefault("starting_after").ToString();
        int startingAfter = -1;
        return after.Length == 0 || int.TryParse(after, CultureInfo.InvariantCulture, out startingAfter)
            ? Plan(stored, isStreamed, startingAfter)
            : Refuse(400, "Invalid type for 'starting_after': expected an integer.", param: "starting_after");
    }

    private AnswerPlan Plan(StoredResponse response, bool isStreamed, int startingAfter)
    {
        OpenAIResponsesRenderer renderer = response.Render();
        return new AnswerPlan(Protocol)
        {
            Renderer = renderer,
            ContentType = isStreamed ? Protocol.StreamContentType : Protocol.BodyContentType,
            Body = isStreamed ? null : Encoding.UTF8.GetBytes(renderer.Body()),
            Frames = isStreamed ? renderer.Frames().Skip(startingAfter + 1) : [],
        };
    }

    private AnswerPlan Refuse(int status, string message, string? code = null, string? param = null) =>
        AnswerPlan.Json(Protocol, OpenAIProtocol.Error(message, code: code, param: param), status);

    private string ModelEntry(string model) =>
        $"{{\"id\":{JsonText.Quote(model)},\"object\":\"model\",\"created\":{Options.TimeProvider.GetUtcNow().ToUnixTimeSeconds()},\"owned_by\":\"emulated\"}}";
}
