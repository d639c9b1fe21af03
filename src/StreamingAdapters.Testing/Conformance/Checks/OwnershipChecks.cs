using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>A caller's <see cref="HttpClient"/> stays the caller's.</summary>
internal static class OwnershipChecks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(77);

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Ownership.NotDisposed", "Disposing the client leaves an injected HttpClient usable.", InjectedHttpClient, NotDisposedAsync),
        new("Ownership.NotChanged", "An injected HttpClient keeps its timeout, headers, address and version.", InjectedHttpClient, NotChangedAsync),
    ];

    private static async Task NotDisposedAsync(CheckContext context)
    {
        using var handler = new DisposalProbe();
        using var http = new HttpClient(handler);
        using (IChatClient client = context.Target.CreateClient(http))
        {
            (await context.StreamAsync(client)).Whole();
        }

        Expect.That(!handler.IsDisposed, "Expected the injected HttpClient's handler to be alive after the chat client's disposal; it was disposed.");
        (await context.StreamAsync(context.CreateClient(http))).Whole();
    }

    private static async Task NotChangedAsync(CheckContext context)
    {
        using var http = new HttpClient { Timeout = Timeout };
        http.DefaultRequestHeaders.Add("X-Caller", "kept");
        string before = Describe(http);
        IChatClient client = context.CreateClient(http);

        (await context.StreamAsync(client)).Whole();
        (await context.AskAsync(client, streaming: false)).Whole();

        Expect.Text(before, Describe(http), "an unchanged HttpClient,");
        Expect.That(
            context.Target.Server?.Requests.All(static request => request.Headers.GetValueOrDefault("X-Caller") is "kept") ?? true,
            "Expected the injected HttpClient's own headers on every request; they are missing.");
    }

    private static string Describe(HttpClient http) =>
        $"{http.Timeout}|{http.BaseAddress}|{http.DefaultRequestVersion}|{http.DefaultVersionPolicy}|{http.MaxResponseContentBufferSize}|{http.DefaultRequestHeaders}";

    private sealed class DisposalProbe() : DelegatingHandler(new SocketsHttpHandler())
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
