namespace StreamingAdapters.Tests.Conformance;

/// <summary>Where llama.cpp's real servers are, if they are.</summary>
internal static class LlamaServers
{
    /// <summary>Tests that share the servers do not run side by side: they compute on the machine that runs the tests.</summary>
    public const string Collection = "llama.cpp";

    /// <summary>No test waits for it to pass; a model computes, and slowly on a busy machine.</summary>
    public static readonly TimeSpan Safety = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The address in an environment variable; skips the test when there is none, or nothing answers there.</summary>
    public static async Task<Uri> FindAsync(string variable, CancellationToken cancellationToken)
    {
        string? address = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(address), $"llama.cpp's server: the environment variable {variable} is not set.");
        var endpoint = new Uri(address!);
        Assert.SkipUnless(await AnswersAsync(new Uri(endpoint, "/health"), cancellationToken), $"llama.cpp's server: {endpoint} does not answer.");
        return endpoint;
    }

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
