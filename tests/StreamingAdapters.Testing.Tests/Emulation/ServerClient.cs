using System.Text;
using System.Text.Json;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>A plain HTTP client for one emulated server; it reads bytes, so that a test compares bytes.</summary>
internal sealed class ServerClient(EmulatedServer server) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = server.Endpoint, Timeout = TestTimeout.Safety };

    public HttpClient Http => _http;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task<HttpResponseMessage> OpenAsync(string path, string body, CancellationToken? cancellationToken = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken ?? Token);
    }

    /// <summary>The body as far as it came, and the exception that ended it, if one did.</summary>
    public async Task<(string Text, Exception? Error)> ReadAsync(string path, string body)
    {
        using HttpResponseMessage response = await OpenAsync(path, body);
        return await ReadAsync(response);
    }

    public static async Task<(string Text, Exception? Error)> ReadAsync(HttpResponseMessage response)
    {
        (byte[] bytes, Exception? error) = await ReadBytesAsync(response);
        return (Encoding.UTF8.GetString(bytes), error);
    }

    public static async Task<(byte[] Bytes, Exception? Error)> ReadBytesAsync(HttpResponseMessage response)
    {
        using var read = new MemoryStream();
        try
        {
            await response.Content.CopyToAsync(read, Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (read.ToArray(), e);
        }

        return (read.ToArray(), null);
    }

    public void Dispose() => _http.Dispose();

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
