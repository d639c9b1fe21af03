using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace StreamingAdapters.Testing;

/// <summary>One way in which a model server fails, for the next request of an <see cref="EmulatedServer"/>; the server gives it its protocol's bytes.</summary>
/// <remarks>
/// The set is closed. Chunks are frames with content (text, reasoning, a tool call); "after N chunks" means at the latest before the answer's end.
/// Faults of the stream leave a request alone that asks for no stream.
/// </remarks>
public sealed partial class ServerFault
{
    private readonly string _name;
    private readonly Action<AnswerPlan> _apply;
    private readonly bool _needsEvents;
    private readonly bool _needsLines;
    private readonly bool _needsChat;

    private ServerFault(string name, Action<AnswerPlan> apply, bool needsEvents = false, bool needsLines = false, bool needsChat = false)
    {
        _name = name;
        _apply = apply;
        _needsEvents = needsEvents;
        _needsLines = needsLines;
        _needsChat = needsChat;
    }

    /// <summary>An error status with the protocol's own error body.</summary>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header, in whole seconds; by default none.</param>
    /// <param name="message">The error's text; by default the one that the status usually has.</param>
    /// <param name="code">The error's code, where the protocol has one; by default the usual one.</param>
    /// <param name="headers">More headers.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status is no error: below 400 or above 599.</exception>
    public static ServerFault Status(
        int status, TimeSpan? retryAfter = null, string? message = null, string? code = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);

        return new($"status {status}", plan =>
        {
            plan.Fail(status, plan.Protocol.ErrorBody(status, message, code));
            if (retryAfter is { } delay)
            {
                plan.AskToRetryAfter(delay);
            }

            foreach (var (name, value) in headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
            {
                plan.Headers[name] = value;
            }
        });
    }

    /// <summary>An HTML page, as a proxy or a captive portal gives it.</summary>
    /// <param name="status">The HTTP status; 200 is possible too.</param>
    /// <returns>The fault.</returns>
    public static ServerFault HtmlPage(int status) => new($"HTML page with status {status}", plan =>
    {
        string title = $"{status} {ReasonPhrases.GetReasonPhrase(status)}".TrimEnd();
        string page = $"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>";
        plan.Fail(status, $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n{page}\r\n</body>\r\n</html>\r\n");
        plan.ContentType = "text/html";
    });

    /// <summary>Status 200, the right content type and no body.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault EmptyBody() => new("empty body", static plan => plan.Body = []);

    /// <summary>Status 200, content type JSON, and a body that is nothing but the protocol's error.</summary>
    /// <param name="message">The error's text.</param>
    /// <param name="code">The error's code, where the protocol has one.</param>
    /// <returns>The fault.</returns>
    public static ServerFault ErrorBody(string? message = null, string? code = null) =>
        new("error body with status 200", plan => plan.Fail(200, plan.Protocol.ErrorBody(500, message, code)));

    /// <summary>The right body under another content type.</summary>
    /// <param name="contentType">The content type.</param>
    /// <returns>The fault.</returns>
    public static ServerFault WrongContentType(string contentType = "text/plain") => new("wrong content type", plan => plan.ContentType = contentType);

    /// <summary>Refuses to stream: 400 with <c>param: "stream"</c> and <c>code: "unsupported_value"</c>, as OpenAI does for unverified organisations.</summary>
    /// <remarks>Of protocols of server-sent events only. Leaves a request alone that asks for no stream.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault RefusesStream() => OfStream("stream refused", needsEvents: true, apply: static (plan, _) => plan.Fail(
        400,
        """{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}"""));

    /// <summary>Ignores that a stream is asked for, and answers with one JSON body.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault IgnoresStream() => OfStream("stream ignored", static (plan, renderer) =>
    {
        plan.Body = Encoding.UTF8.GetBytes(renderer.Body());
        plan.ContentType = plan.Protocol.BodyContentType;
    });

    /// <summary>Accepts the request and answers nothing, until the client closes the connection.</summary>
    /// <returns>The fault.</returns>
    public static ServerFault SilentBeforeHeaders() => new("silent before headers", static plan => plan.BeforeHeaders = AnswerEnd.Silence);

    /// <summary>Ends the connection without one byte of a response, as a kept-alive connection dies that the server has just given up.</summary>
    /// <param name="cut">How; <see cref="ConnectionCut.EndOfBody"/> is not possible here.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentException">There is no body to end in order.</exception>
    public static ServerFault DeadConnection(ConnectionCut cut = ConnectionCut.Close) => cut is ConnectionCut.EndOfBody
        ? throw new ArgumentException("Without headers there is no body to end: give Close or Reset.", nameof(cut))
        : new($"dead connection ({cut})", plan => plan.BeforeHeaders = EndOf(cut));

    /// <summary>This fault and another one in the same answer.</summary>
    /// <param name="other">The fault that is applied second.</param>
    /// <returns>Both as one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public ServerFault And(ServerFault other)
    {
        ArgumentNullException.ThrowIfNull(other);

        return new ServerFault($"{_name}, {other._name}", apply: plan =>
        {
            _apply(plan);
            other._apply(plan);
        }, _needsEvents || other._needsEvents, _needsLines || other._needsLines, _needsChat || other._needsChat);
    }

    /// <summary>What the fault does.</summary>
    /// <returns>A few words, for messages.</returns>
    public override string ToString() => _name;

    internal void Apply(AnswerPlan plan)
    {
        // Whether Gemini sends events or an array is said by the request, which is not there yet when a fault is enqueued.
        if (Unsupported(plan.Protocol) is { } sentence)
        {
            plan.Fail(400, plan.Protocol.ErrorBody(400, sentence));
        }
        else
        {
            _apply(plan);
        }
    }

    internal void ThrowIfUnsupported(ServerProtocol protocol)
    {
        if (Unsupported(protocol) is { } sentence)
        {
            throw new NotSupportedException(sentence);
        }
    }

    private string? Unsupported(ServerProtocol protocol)
    {
        string? owner = _needsEvents && !protocol.IsSse ? "server-sent events"
            : _needsChat && !protocol.IsChatCompletions ? "chat completions"
            : _needsLines && protocol.IsSse ? "Ollama's protocol"
            : null;
        return owner is null ? null : $"The fault '{_name}' belongs to {owner}; {protocol.Name} has nothing like it.";
    }

    private static ServerFault OfStream(string name, Action<AnswerPlan, AnswerRenderer> apply, bool needsEvents = false, bool needsLines = false, bool needsChat = false) => new(
        name,
        plan =>
        {
            if (plan is { IsStreamed: true, Renderer: { } renderer })
            {
                apply(plan, renderer);
            }
        },
        needsEvents,
        needsLines,
        needsChat);

    private static AnswerEnd EndOf(ConnectionCut cut) => cut switch
    {
        ConnectionCut.Close => AnswerEnd.Close,
        ConnectionCut.Reset => AnswerEnd.Reset,
        _ => AnswerEnd.InOrder,
    };
}
