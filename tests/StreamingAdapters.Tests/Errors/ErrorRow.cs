using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

/// <summary>One row of the error table: what a provider sends and what it means.</summary>
internal sealed record ErrorRow(string Provider, int Status, string Body, ChatErrorKind Kind)
{
    public string? Feature { get; init; }

    /// <summary>Set where it differs from the kind's default.</summary>
    public bool? Transient { get; init; }

    /// <summary>Only HTTP says the status: inside a stream the server adds it, or the error cannot be told.</summary>
    public bool NeedsStatus { get; init; }

    public string Name => $"{Provider} {Status} {Body}";

    public bool ExpectedTransient => Transient ?? ChatAdapterException.IsTransientByDefault(Kind);

    public ProviderError ParseHttp() => ProviderErrorParser.Parse(Encoding.UTF8.GetBytes(Body)) with { StatusCode = Status };

    public ProviderError ParseInStream()
    {
        JsonNode? body = IsJson ? JsonNode.Parse(Body) : new JsonObject { ["error"] = ParseHttp().Message };
        if (NeedsStatus)
        {
            JsonObject target = body as JsonObject ?? body!.AsArray()[0]!.AsObject();
            (target["error"] as JsonObject ?? target)["status_code"] = Status;
        }

        using JsonDocument document = JsonDocument.Parse(body!.ToJsonString());
        return ProviderErrorParser.Parse(document.RootElement);
    }

    private bool IsJson => Body is ['{' or '[', ..];
}
