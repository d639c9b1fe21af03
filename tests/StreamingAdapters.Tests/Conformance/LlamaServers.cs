using StreamingAdapters.Testing;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>Where llama.cpp's real servers are, if they are.</summary>
internal static class LlamaServers
{
    /// <summary>Tests that share the servers do not run side by side: they compute on the machine that runs the tests.</summary>
    public const string Collection = "llama.cpp";

    /// <summary>No test waits for it to pass; a model computes, and slowly on a busy machine.</summary>
    public static readonly TimeSpan Safety = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A model that writes text, and one that calls a tool whenever it has one: the variables of their servers, and what they can do.</summary>
    public static IReadOnlyDictionary<string, (string Variable, ConformanceFeatures Features)> Models { get; } = new Dictionary<string, (string, ConformanceFeatures)>(StringComparer.Ordinal)
    {
        ["bigram"] = ("ADAPTERS_LLAMA_ENDPOINT", ConformanceFeatures.ToolHistory),
        ["tools"] = ("ADAPTERS_LLAMA_TOOLS_ENDPOINT", ConformanceFeatures.Tools),
    };

    /// <summary>The checks of the suite for each model, without those that need a server which fails on demand.</summary>
    public static IEnumerable<ITheoryDataRow> Checks(params string[] except) =>
    [
        .. Checks("bigram", check => !check.Needs.HasFlag(ConformanceFeatures.FaultInjection) && !check.Needs.HasFlag(ConformanceFeatures.Tools), except),
        .. Checks("tools", check => check.Needs is ConformanceFeatures.Tools, except),
    ];

    /// <summary>The rows of a theory over the server in an environment variable; one that skips aloud when the variable is not set.</summary>
    public static IEnumerable<ITheoryDataRow> Rows(string variable, Func<string, IEnumerable<ITheoryDataRow>> rows) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } address ? rows(address) : [SkippedRow.Because($"llama.cpp's server is not running ({variable} is not set)")];

    /// <summary>The address in an environment variable; skips the test when nothing answers there.</summary>
    public static async Task<Uri> FindAsync(string variable, CancellationToken cancellationToken)
    {
        var endpoint = new Uri(Environment.GetEnvironmentVariable(variable)!);
        Assert.SkipUnless(await AnswersAsync(new Uri(endpoint, "/health"), cancellationToken), $"llama.cpp's server: {endpoint} does not answer.");
        return endpoint;
    }

    private static IEnumerable<ITheoryDataRow> Checks(string model, Func<ConformanceCheck, bool> isWanted, string[] except) => Rows(
        Models[model].Variable, _ => ChatClientConformance.Checks.Where(check => isWanted(check) && !except.Contains(check.Name)).Select(check => new TheoryDataRow<string, string>(model, check.Name)));

    private static async Task<bool> AnswersAsync(Uri health, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using HttpResponseMessage response = await http.GetAsync(health, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
