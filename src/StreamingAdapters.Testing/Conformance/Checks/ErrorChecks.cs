using System.Globalization;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>HTTP errors: the right kind and status, and nothing secret in what is logged.</summary>
internal static class ErrorChecks
{
    private const ConformanceFeatures Needs = FaultInjection | TypedErrors;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(7);

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        OfStatus(400, ChatErrorKind.InvalidRequest),
        OfStatus(401, ChatErrorKind.Authentication),
        OfStatus(403, ChatErrorKind.PermissionDenied),
        OfStatus(404, ChatErrorKind.ModelNotFound),
        OfStatus(413, ChatErrorKind.RequestTooLarge),
        OfStatus(429, ChatErrorKind.RateLimited),
        OfStatus(500, ChatErrorKind.ServerError),
        OfStatus(502, ChatErrorKind.ServerError),
        OfStatus(503, ChatErrorKind.Overloaded),
        new("Errors.RetryAfter", "The hint of a 429 when to ask again is on the exception.", Needs, RetryAfterAsync),
        new("Errors.HtmlPage", "A proxy's HTML error page keeps its status and kind.", Needs, HtmlPageAsync),
        new("Errors.HtmlPageWithStatus200", "An HTML page with status 200 is no answer.", Needs, context => FailsAsync(context, ServerFault.HtmlPage(200), ChatErrorKind.MalformedStream)),
        new(
            "Errors.ErrorBodyWithStatus200", "An error body with status 200 fails like the error.",
            Needs, context => FailsAsync(context, ServerFault.ErrorBody(), ChatErrorKind.ServerError)),
        new("Errors.WrongKey", "A key that the server does not take fails as Authentication, and stays out of the message.", Needs, WrongKeyAsync),
        new("Errors.UnknownModel", "A model that the server does not know fails as ModelNotFound.", Needs, UnknownModelAsync),
    ];

    /// <summary>Fails when what is logged of an error holds the key, the prompt or the provider's own text.</summary>
    public static void ExpectNoLeak(CheckContext context, ChatAdapterException error, string providerText)
    {
        foreach ((string where, string? text) in new (string, string?)[] { ("Message", error.Message), ("ToString()", error.ToString()) })
        {
            Expect.That(!Holds(text, context.Target.ApiKey), $"Expected the exception's {where} without the key; it holds it.");
            Expect.That(!Holds(text, CheckContext.Prompt), $"Expected the exception's {where} without the prompt; it holds it.");
            Expect.That(!Holds(text, providerText), $"Expected the exception's {where} without the provider's text; it holds it.");
        }

        Expect.That(!Holds(error.ProviderMessage, context.Target.ApiKey), $"Expected {nameof(ChatAdapterException.ProviderMessage)} without the key; it holds it.");
    }

    /// <summary>A text as servers write it that echo what they were sent.</summary>
    public static string Echo(CheckContext context) => $"Refused for {context.Target.ApiKey}: '{CheckContext.Prompt}'";

    private static ConformanceCheck OfStatus(int status, ChatErrorKind kind)
    {
        string number = status.ToString(CultureInfo.InvariantCulture);
        return new(
            $"Errors.Status{number}",
            $"Status {number} fails as {kind} with its status, by either method, without key or prompt in the message.",
            Needs,
            context => StatusAsync(context, status, kind));
    }

    private static async Task StatusAsync(CheckContext context, int status, ChatErrorKind kind)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            string echo = Echo(context);
            context.Server.Enqueue(ServerFault.Status(status, message: echo));

            ReadAnswer answer = await context.AskAsync(client, streaming);

            ChatAdapterException error = answer.Failed(kind);
            Expect.That(error is ChatProviderException, $"Expected a {nameof(ChatProviderException)}; got {error.GetType().Name}.");
            Expect.Equal(status, error.StatusCode, "the exception's status");
            Expect.Equal(context.Target.ProviderName, error.Provider, "the exception's provider");
            ExpectNoLeak(context, error, echo);
        }
    }

    private static async Task RetryAfterAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();
        foreach (bool streaming in (bool[])[true, false])
        {
            context.Server.Enqueue(ServerFault.Status(429, retryAfter: Wait));

            ReadAnswer answer = await context.AskAsync(client, streaming);

            Expect.Equal(Wait, answer.Failed().RetryAfter, "the exception's RetryAfter");
        }
    }

    private static async Task HtmlPageAsync(CheckContext context)
    {
        ChatAdapterException error = await FailsAsync(context, ServerFault.HtmlPage(502), ChatErrorKind.ServerError);

        Expect.Equal(502, error.StatusCode, "the exception's status");
        Expect.That(!error.Message.Contains('<', StringComparison.Ordinal), "Expected a message without markup; it holds some.");
    }

    private static async Task WrongKeyAsync(CheckContext context)
    {
        if (context.Target.ApiKey is null)
        {
            CheckContext.Skip("the target's client has no key");
        }

        await context.RestartAsync(CheckContext.ServerOptions(apiKey: "sk-another-key-0123456789"));

        ReadAnswer answer = await context.StreamAsync(context.CreateClient());

        ChatAdapterException error = answer.Failed(ChatErrorKind.Authentication);
        Expect.Equal(401, error.StatusCode, "the exception's status");
        ExpectNoLeak(context, error, context.Target.ApiKey);
    }

    private static async Task UnknownModelAsync(CheckContext context)
    {
        ReadAnswer answer = await context.StreamAsync(context.CreateClient(), context.Options(static options => options.ModelId = "no-such-model"));

        Expect.Equal(404, answer.Failed(ChatErrorKind.ModelNotFound).StatusCode, "the exception's status");
    }

    private static async Task<ChatAdapterException> FailsAsync(CheckContext context, ServerFault fault, ChatErrorKind kind)
    {
        IChatClient client = context.CreateClient();
        context.Server.Enqueue(fault, fault);

        (await context.AskAsync(client, streaming: false)).Failed(kind);
        return (await context.StreamAsync(client)).Failed(kind);
    }

    private static bool Holds(string? text, string? part) => part is not null && text is not null && text.Contains(part, StringComparison.Ordinal);
}
