#pragma warning disable // Placeholder: the error mapper lands in the next commits and replaces this file.
using System.Text.Json;
using System.Net.Http.Headers;
namespace StreamingAdapters.Errors
{
    internal sealed record ProviderError { public int? StatusCode {get;init;} }
    internal static class ProviderErrorParser { public static ProviderError Parse(ReadOnlyMemory<byte> b)=>new(); public static ProviderError Parse(JsonElement b)=>new(); }
    internal sealed record ErrorContext(string Provider, string? ModelId = null, string? ApiKey = null, IReadOnlyList<string>? PromptTexts = null);
    public static class ChatErrorMapper { internal static ChatProviderException FromError(ProviderError error, ErrorContext context)=>new(ChatErrorKind.Unknown,"stub"); internal static ChatAdapterException FromTransport(Exception exception, ErrorContext context, bool answerStarted)=>new ChatStreamException(answerStarted?ChatErrorKind.Truncated:ChatErrorKind.Network,"stub",exception); }
}
namespace StreamingAdapters.Providers { using StreamingAdapters.Errors; internal static class HttpErrorReader { internal static async Task<ChatProviderException> ReadAsync(HttpResponseMessage response, ErrorContext context, TimeProvider timeProvider, CancellationToken cancellationToken)=>new(ChatErrorKind.Unknown,"stub"); } }
