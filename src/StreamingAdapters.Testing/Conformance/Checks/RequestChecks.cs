using System.Text.Json;
using Microsoft.Extensions.AI;
using static StreamingAdapters.Testing.ConformanceFeatures;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>What of the options arrives in the request.</summary>
internal static class RequestChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new(
            "Requests.DefaultModel", "Without a model in the options the client's own is asked for.",
            context => ExpectNumberOrText(context, static layout => layout.Model, static _ => { }, context.Target.ModelId)),
        new("Requests.ModelOverride", "The options' model wins over the client's.", ModelOverrideAsync),
        new("Requests.Temperature", "The temperature is sent.", Sends(static layout => layout.Temperature, static options => options.Temperature = 0.375f, "0.375")),
        new("Requests.TopP", "The limit of nucleus sampling is sent.", Sends(static layout => layout.TopP, static options => options.TopP = 0.625f, "0.625")),
        new("Requests.TopK", "The number of candidates is sent.", Sends(static layout => layout.TopK, static options => options.TopK = 37, "37")),
        new("Requests.MaxOutputTokens", "The limit on output tokens is sent.", Sends(static layout => layout.MaxOutputTokens, static options => options.MaxOutputTokens = 17, "17")),
        new("Requests.Seed", "The seed is sent.", Sends(static layout => layout.Seed, static options => options.Seed = 4711, "4711")),
        new(
            "Requests.FrequencyPenalty", "The penalty on frequent tokens is sent.",
            Sends(static layout => layout.FrequencyPenalty, static options => options.FrequencyPenalty = 0.125f, "0.125")),
        new("Requests.PresencePenalty", "The penalty on repeated tokens is sent.", Sends(static layout => layout.PresencePenalty, static options => options.PresencePenalty = 0.25f, "0.25")),
        new("Requests.StopSequences", "The stop sequences are sent, all of them.", StopSequencesAsync),
        new("Requests.AdditionalProperties", "Additional properties of the options are sent.", AdditionalPropertiesAsync),
        new("Requests.Instructions", "The instructions are sent, beside a system message of the history.", InstructionsAsync),
        new("Requests.RawRepresentation", "What RawRepresentationFactory sets stands; the options and messages fill the rest.", RawRequests, RawRepresentationAsync),
    ];

    private static Func<CheckContext, Task> Sends(Func<RequestLayout, string?> path, Action<ChatOptions> configure, string expected) =>
        context => ExpectNumberOrText(context, path, configure, expected);

    private static async Task ExpectNumberOrText(CheckContext context, Func<RequestLayout, string?> path, Action<ChatOptions> configure, string expected)
    {
        string where = path(context.Target.Layout) ?? Unsupported();

        JsonElement request = await AskAsync(context, context.Options(configure));

        ExpectAt(request, where, expected);
    }

    private static async Task ModelOverrideAsync(CheckContext context)
    {
        string where = context.Target.Layout.Model ?? Unsupported();

        JsonElement request = await AskAsync(context, context.Options(options => options.ModelId = context.Target.OtherModelId));

        ExpectAt(request, where, context.Target.OtherModelId);
    }

    private static async Task StopSequencesAsync(CheckContext context)
    {
        string where = context.Target.Layout.StopSequences ?? Unsupported();

        JsonElement request = await AskAsync(context, context.Options(static options => options.StopSequences = ["###", "\nEND"]));

        string?[] sent = JsonSearch.At(request, where) is { ValueKind: JsonValueKind.Array } stops ? [.. stops.EnumerateArray().Select(static stop => stop.GetString())] : [];
        Expect.That(sent.SequenceEqual(["###", "\nEND"], StringComparer.Ordinal), $"Expected the request's '{where}' to hold both stop sequences; it holds {sent.Length}.");
    }

    private static async Task AdditionalPropertiesAsync(CheckContext context)
    {
        string where = context.Target.Layout.AdditionalProperties ?? Unsupported();

        JsonElement request = await AskAsync(
            context, context.Options(static options => options.AdditionalProperties = new AdditionalPropertiesDictionary { ["conformance_extra"] = "kept" }));

        ExpectAt(request, $"{where}.conformance_extra", "kept");
    }

    private static async Task InstructionsAsync(CheckContext context)
    {
        List<ChatMessage> messages = [new(ChatRole.System, "You are terse."), .. CheckContext.Messages()];

        JsonElement request = await AskAsync(context, context.Options(static options => options.Instructions = "Answer in one paragraph."), messages);

        foreach (string text in (string[])["You are terse.", "Answer in one paragraph.", CheckContext.Prompt])
        {
            Expect.That(JsonSearch.HasText(request, text), $"Expected the request to hold the text '{text}'; it does not.");
        }
    }

    private static async Task RawRepresentationAsync(CheckContext context)
    {
        RequestLayout layout = context.Target.Layout;
        (string temperature, string topP, string model) = (layout.Temperature ?? Unsupported(), layout.TopP ?? Unsupported(), layout.Model ?? Unsupported());
        IChatClient? given = null;
        (IChatClient client, RequestRecorder requests) = context.CreateRecordedClient();
        ChatOptions options = context.Options(options =>
        {
            options.Temperature = 0.75f;
            options.TopP = 0.625f;
            options.RawRepresentationFactory = asking =>
            {
                given = asking;
                return context.Target.CreateRawRequest(0.25f);
            };
        });

        ReadAnswer answer = await context.StreamAsync(client, options);

        answer.Whole();
        Expect.That(given is not null, "Expected the factory to be called with the client that asks; it was not called.");
        ExpectAt(requests.Last, temperature, "0.25");
        ExpectAt(requests.Last, topP, "0.625");
        ExpectAt(requests.Last, model, context.Target.ModelId);
        Expect.That(JsonSearch.HasText(requests.Last, CheckContext.Prompt), "Expected the messages to fill the request; the prompt is not in it.");
    }

    private static async Task<JsonElement> AskAsync(CheckContext context, ChatOptions options, List<ChatMessage>? messages = null)
    {
        (IChatClient client, RequestRecorder requests) = context.CreateRecordedClient();
        (await context.StreamAsync(client, options, messages)).Whole();
        return requests.Last;
    }

    private static void ExpectAt(JsonElement request, string where, string expected)
    {
        JsonElement? value = JsonSearch.At(request, where);
        Expect.That(value is not null, $"Expected the request's '{where}' to be {expected}; it is not there.");
        Expect.Equal(expected, value.Value.ValueKind is JsonValueKind.String ? value.Value.GetString() : value.Value.GetRawText(), $"the request's '{where}'");
    }

    private static string Unsupported()
    {
        CheckContext.Skip("the target's protocol has no place for it");
        return "";
    }
}
