using System.Text.Json;
using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Structured output and images.</summary>
internal static class ContentChecks
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string","enum":["Zürich"]},"open":{"type":"boolean"}},"required":["city","open"],"additionalProperties":false}""";

    // One white pixel.
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("StructuredOutput.Schema", "A JSON schema goes out, and an object that follows it comes back, by either method.", StructuredOutput, SchemaAsync),
        new("StructuredOutput.JsonObject", "JSON without a schema comes back as one object.", JsonObjects, JsonObjectAsync),
        new("Images.GoOut", "An image beside text goes out whole.", Images, ImageAsync),
    ];

    private static async Task SchemaAsync(CheckContext context)
    {
        (IChatClient client, RequestRecorder requests) = context.CreateRecordedClient();
        using JsonDocument schema = JsonDocument.Parse(Schema);
        foreach (bool streaming in (bool[])[true, false])
        {
            ChatOptions options = context.Options(options => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement.Clone(), "place"));

            ReadAnswer answer = await context.AskAsync(client, streaming, options);

            Expect.That(JsonSearch.HasText(requests.Last, "Zürich"), "Expected the request to hold the schema; it does not.");
            JsonElement json = ObjectOf(answer.Whole());
            bool follows = json.TryGetProperty("city", out JsonElement city) && city.ValueEquals("Zürich")
                && json.TryGetProperty("open", out JsonElement open) && open.ValueKind is JsonValueKind.True or JsonValueKind.False;
            Expect.That(follows, $"Expected an object that follows the schema; got {json.GetRawText()}");
        }
    }

    private static async Task JsonObjectAsync(CheckContext context) =>
        ObjectOf((await context.StreamAsync(context.CreateClient(), context.Options(static options => options.ResponseFormat = ChatResponseFormat.Json))).Whole());

    private static async Task ImageAsync(CheckContext context)
    {
        (IChatClient client, RequestRecorder requests) = context.CreateRecordedClient();
        var message = new ChatMessage(ChatRole.User, [new TextContent(CheckContext.Prompt), new DataContent(Convert.FromBase64String(Png), "image/png")]);

        ReadAnswer answer = await context.StreamAsync(client, messages: [message]);

        Expect.That(answer.Whole().Text.Length > 0, "Expected text in answer to an image; there was none.");
        Expect.That(JsonSearch.HasText(requests.Last, Png), "Expected the request to hold the image as base64; it does not.");
        Expect.That(JsonSearch.HasText(requests.Last, CheckContext.Prompt), "Expected the request to hold the text beside the image; it does not.");
        if (context.Has(FaultInjection))
        {
            Expect.That(answer.Text.StartsWith("I see 1 image.", StringComparison.Ordinal), $"Expected the server to see one image; it answered '{answer.Text}'.");
        }
    }

    private static JsonElement ObjectOf(ReadAnswer answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Text);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new ConformanceException($"Expected a JSON object; got a JSON {document.RootElement.ValueKind}.");
        }
        catch (JsonException e)
        {
            throw new ConformanceException($"Expected a JSON object; the answer of {answer.Text.Length} characters is no JSON.", e);
        }
    }
}
