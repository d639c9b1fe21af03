using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace StreamingAdapters.Testing;

/// <summary>Gemini on the loopback: <c>/v1beta/models/{model}:streamGenerateContent</c>, <c>:generateContent</c> and <c>/v1beta/models</c>; protocol facts from recorded streams.</summary>
/// <remarks>
/// <para>Streamed answers are server-sent events with <c>alt=sse</c>, and without it one JSON array that arrives over time; a fault of events is then answered with 400.</para>
/// <para>The first call of an answer has a thought signature; a history whose call comes back without it is answered with 400, as Gemini 3 does.</para>
/// <para>Models are also answered for at Vertex AI's address, <c>/v1/projects/{project}/locations/{location}/publishers/google/models/{model}</c> below the server's
/// root, where the key is a bearer token.</para>
/// </remarks>
public sealed class EmulatedGeminiServer : EmulatedServer
{
    private const string Models = "/v1beta/models";
    private const string Streamed = ":streamGenerateContent";
    private const string Embedded = ":batchEmbedContents";
    private const int MostEmbeddings = 100;
    private const string Whole = ":generateContent";

    private readonly GeminiSignatures _signatures = new();

    private EmulatedGeminiServer(EmulatedServerOptions options)
        : base(options)
    {
    }

    /// <summary>The base address, ending in <c>/v1beta</c>, to which clients append <c>/models/{model}:streamGenerateContent</c>.</summary>
    public override Uri Endpoint => new(Root, "v1beta");

    private protected override ServerProtocol Protocol => GeminiProtocol.Instance;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="options">How it answers; by default as <see cref="EmulatedServerOptions"/> says.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, ready to answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async Task<EmulatedGeminiServer> StartAsync(EmulatedServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new EmulatedGeminiServer(options ?? new EmulatedServerOptions());
        await server.StartHostAsync(cancellationToken);
        return server;
    }

    private protected override bool IsChat(EmulatedRequest request) => request.Method == "POST" && ModelOf(request) is not null;

    private protected override AnswerPlan PlanChat(EmulatedRequest request, IdGenerator ids)
    {
        if (request.Json is not { ValueKind: JsonValueKind.Object } body)
        {
            return Refuse(400, "Invalid JSON payload received.");
        }

        string model = ModelOf(request)!;
        if (!Options.Models.Contains(model, StringComparer.Ordinal))
        {
            return Refuse(404, $"models/{model} is not found for API version v1beta, or is not supported for generateContent.");
        }

        var contents = new GeminiContents(body);
        EmulatedPrompt prompt = GeminiPromptReader.Read(body, contents, model, request.Path.EndsWith(Streamed, StringComparison.Ordinal));
        return prompt switch
        {
            { HasMessages: false } => Refuse(400, "* GenerateContentRequest.contents: contents is not specified"),
            _ when _signatures.FindUnsigned(contents) is { } function => Refuse(400, $"Function call is missing a thought_signature in functionCall parts: function call `{function}`"),
            { Prefill: not null } when !Options.SupportsPrefill => Refuse(400, ServerProtocol.PrefillRefused),
            { Tools.Count: > 0 } when !Options.SupportsTools => Refuse(400, "Function calling is not enabled for this model"),
            _ => Answer(prompt with { Thinks = prompt.Thinks && Options.SupportsThinking }, ids, isArray: prompt.IsStreamed && QueryHelpers.ParseQuery(request.Query).GetValueOrDefault("alt") != "sse"),
        };
    }

    private protected override bool MeetsFaults(EmulatedRequest request) => IsChat(request) || IsEmbedding(request);

    private protected override AnswerPlan PlanOther(EmulatedRequest request) => IsEmbedding(request) ? Embed(request) : (request.Method, request.Path) switch
    {
        ("GET", Models) => AnswerPlan.Json(Protocol, $$"""{"models":[{{string.Join(',', Options.Models.Select(ModelEntry))}}]}"""),
        _ => Refuse(404, "Requested entity was not found."),
    };

    private protected override string? KeyHeaderOf(EmulatedRequest request) => IsVertex(request) ? null : base.KeyHeaderOf(request);

    private static bool IsVertex(EmulatedRequest request) =>
        request.Path.Split('/') is ["", "v1", "projects", not "", "locations", not "", "publishers", "google", "models", _];

    private static string? ModelOf(EmulatedRequest request)
    {
        string path = request.Path;
        string? method = path.EndsWith(Streamed, StringComparison.Ordinal) ? Streamed : path.EndsWith(Whole, StringComparison.Ordinal) ? Whole : null;
        int start = IsVertex(request) ? path.LastIndexOf('/') : path.StartsWith(Models + "/", StringComparison.Ordinal) ? Models.Length : -1;
        return method is not null && start >= 0 ? Uri.UnescapeDataString(path[(start + 1)..^method.Length]) : null;
    }

    private AnswerPlan Answer(EmulatedPrompt prompt, IdGenerator ids, bool isArray)
    {
        EmulatedAnswer answer = AnswerComposer.Compose(prompt, Options, 0, () => ids.Next("", 8));
        var renderer = new GeminiRenderer(prompt, answer, ids.Next("", 22), _signatures);
        ServerProtocol protocol = isArray ? GeminiArrayProtocol.Instance : Protocol;
        var plan = new AnswerPlan(protocol)
        {
            Renderer = renderer,
            ContentType = prompt.IsStreamed ? protocol.StreamContentType : protocol.BodyContentType,
            Body = prompt.IsStreamed ? null : Encoding.UTF8.GetBytes(renderer.Body()),
            Frames = prompt.IsStreamed ? renderer.Frames() : [],
        };
        if (isArray)
        {
            plan.Frames = plan.Frames.Append(GeminiArrayProtocol.End);
            plan.Shape(GeminiArrayProtocol.Open);
        }

        return plan;
    }

    private static bool IsEmbedding(EmulatedRequest request) =>
        request.Method == "POST" && request.Path.StartsWith(Models + "/", StringComparison.Ordinal) && request.Path.EndsWith(Embedded, StringComparison.Ordinal);

    private AnswerPlan Embed(EmulatedRequest request)
    {
        string model = Uri.UnescapeDataString(request.Path[(Models.Length + 1)..^Embedded.Length]);
        if (!Options.Models.Contains(model, StringComparer.Ordinal))
        {
            return Refuse(404, $"models/{model} is not found for API version v1beta, or is not supported for embedContent.");
        }

        if (request.Json is not { ValueKind: JsonValueKind.Object } body)
        {
            return Refuse(400, "Invalid JSON payload received.");
        }

        JsonElement[] requests = [.. body.Items("requests")];
        if (requests.Length > MostEmbeddings)
        {
            return Refuse(400, $"* BatchEmbedContentsRequest.requests: at most {MostEmbeddings} requests can be in one batch");
        }

        IEnumerable<string> vectors = requests.Select(item =>
        {
            string text = string.Concat(item.Member("content")?.Items("parts").Select(part => part.Text("text")) ?? []);
            return $"{{\"values\":{EmulatedEmbeddings.Vector(Options, model, text, item.Number("outputDimensionality"))}}}";
        });
        return AnswerPlan.Json(Protocol, $"{{\"embeddings\":[{string.Join(',', vectors)}]}}");
    }

    private AnswerPlan Refuse(int status, string message) => AnswerPlan.Json(Protocol, Protocol.ErrorBody(status, message), status);

    private static string ModelEntry(string model) =>
        $"{{\"name\":{JsonText.Quote("models/" + model)},\"displayName\":{JsonText.Quote(model)},\"inputTokenLimit\":1048576,\"outputTokenLimit\":65536,\"supportedGenerationMethods\":[\"generateContent\"]}}";
}
