using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Shared;

namespace StreamingAdapters.Tests.Streams;

/// <summary>What servers really repeat: every usage object of a recorded stream handed on as it came, as clients do that take the wire for the contract.</summary>
public sealed class UsageSumRecordingTests
{
    private static readonly string[] Decoders = ["openai-chat", "openrouter", "lmstudio", "gemini"];

    public static IEnumerable<ITheoryDataRow> Streams => FixtureFolder.Rows(() =>
        Decoders.SelectMany(Fixtures.Entries).Where(entry => HasUsage(entry) && Updates(entry).Count(HasUsage) > 1).Select(entry => new TheoryDataRow<string, string>(entry.Decoder, entry.File)));

    [Theory]
    [MemberData(nameof(Streams))]
    public void Reported_EveryUsageOfTheWire_IsTheLastOne(string decoder, string file)
    {
        FixtureEntry entry = Fixtures.Entry(decoder, file);
        JsonElement usage = entry.ReadExpected().GetProperty("usage");
        var sum = new UsageSum();

        foreach (ChatResponseUpdate update in Updates(entry))
        {
            sum.Observe(update);
        }

        Assert.Equal((Number(usage, "input"), Number(usage, "output")), (sum.Reported?.InputTokenCount ?? 0, sum.Reported?.OutputTokenCount ?? 0));
    }

    private static bool HasUsage(FixtureEntry entry) => entry.ReadExpected().TryGetProperty("usage", out JsonElement usage) && usage.ValueKind is JsonValueKind.Object;

    private static bool HasUsage(ChatResponseUpdate update) => update.Contents.OfType<UsageContent>().Any();

    private static IEnumerable<ChatResponseUpdate> Updates(FixtureEntry entry)
    {
        foreach (string line in Encoding.UTF8.GetString(entry.ReadBytes()).Split('\n', '\r').Where(line => line.StartsWith("data:", StringComparison.Ordinal)))
        {
            string data = line["data:".Length..].Trim();
            if (data.StartsWith('{'))
            {
                using JsonDocument chunk = JsonDocument.Parse(data);
                yield return new ChatResponseUpdate { ResponseId = "a", Contents = [.. Contents(entry.Decoder, chunk.RootElement)] };
            }
        }
    }

    private static IEnumerable<AIContent> Contents(string decoder, JsonElement chunk)
    {
        if (chunk.TryGetProperty("error", out _))
        {
            yield break;
        }

        if (SaysSomething(chunk))
        {
            yield return new TextContent("x");
        }

        if (decoder != "gemini")
        {
            foreach (JsonElement usage in Objects(chunk, "usage").Concat(Objects(chunk, "x_groq").SelectMany(groq => Objects(groq, "usage"))).Where(usage => usage.TryGetProperty("prompt_tokens", out _)))
            {
                yield return Report(Number(usage, "prompt_tokens"), Number(usage, "completion_tokens"), Number(usage, "total_tokens"));
            }
        }
        else
        {
            foreach (JsonElement usage in Objects(chunk, "usageMetadata").Where(usage => usage.TryGetProperty("promptTokenCount", out _)))
            {
                yield return Report(Number(usage, "promptTokenCount"), Number(usage, "candidatesTokenCount") + Number(usage, "thoughtsTokenCount"), Number(usage, "totalTokenCount"));
            }
        }
    }

    private static bool SaysSomething(JsonElement chunk)
    {
        string json = chunk.GetRawText().Replace(" ", "", StringComparison.Ordinal);
        string[] names = ["\"content\":\"", "\"reasoning\":\"", "\"reasoning_content\":\"", "\"arguments\":\"", "\"text\":\""];
        return json.Contains("\"functionCall\"", StringComparison.Ordinal)
            || names.Any(name => json.IndexOf(name, StringComparison.Ordinal) is >= 0 and var at && json[at + name.Length] != '"');
    }

    private static IEnumerable<JsonElement> Objects(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.Object ? [value] : [];

    private static UsageContent Report(long input, long output, long total) =>
        new(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = total });

    private static long Number(JsonElement owner, string name) => owner.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.Number ? value.GetInt64() : 0;
}
