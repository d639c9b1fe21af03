using System.Text.Json;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>The deltas of two parallel calls, as each fault puts them on the wire.</summary>
public sealed class ToolCallFaultTests
{
    private const string Request =
        """{"model":"emulated","stream":true,"messages":[{"role":"user","content":"call:add {\"x\":12} call:add {\"x\":\"é\"}"}],"tools":[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}]}""";

    [Fact]
    public async Task NoFault_StartsThenFragments()
    {
        string[] deltas = await DeltasAsync(null);

        Assert.Equal(
            [
                """{"tool_calls":[{"index":0,"id":ID0,"type":"function","function":{"name":"add","arguments":""}}]}""",
                """{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":12}"}}]}""",
                """{"tool_calls":[{"index":1,"id":ID1,"type":"function","function":{"name":"add","arguments":""}}]}""",
                """{"tool_calls":[{"index":1,"function":{"arguments":"{\"x\":\"é\""}}]}""",
                """{"tool_calls":[{"index":1,"function":{"arguments":"}"}}]}""",
            ],
            deltas);
    }

    [Fact]
    public async Task CallsAtIndexZero_OnlyTheIndexDiffers() =>
        Assert.Equal((await DeltasAsync(null)).Select(delta => delta.Replace("\"index\":1", "\"index\":0")), await DeltasAsync(ServerFault.CallsAtIndexZero()));

    [Fact]
    public async Task CallsWithoutIndex_OnlyTheIndexIsGone() => Assert.Equal(
        (await DeltasAsync(null)).Select(delta => delta.Replace("\"index\":1,", "").Replace("\"index\":0,", "")), await DeltasAsync(ServerFault.CallsWithoutIndex()));

    [Fact]
    public async Task CallsWithoutId_OnlyTheIdIsGone() => Assert.Equal(
        (await DeltasAsync(null)).Select(delta => delta.Replace("\"id\":ID0,", "").Replace("\"id\":ID1,", "")), await DeltasAsync(ServerFault.CallsWithoutId()));

    [Fact]
    public async Task EmptyCallNames_WhereACallGoesOn()
    {
        string[] deltas = await DeltasAsync(ServerFault.EmptyCallNames());

        Assert.Equal("""{"tool_calls":[{"index":0,"id":ID0,"type":"function","function":{"name":"add","arguments":""}}]}""", deltas[0]);
        Assert.Equal("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":12}","name":""},"id":""}]}""", deltas[1]);
    }

    [Fact]
    public async Task RepeatedCallNames_InEveryDelta()
    {
        string[] deltas = await DeltasAsync(ServerFault.RepeatedCallNames());

        Assert.Equal("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":12}","name":"add"},"id":ID0}]}""", deltas[1]);
        Assert.Equal("""{"tool_calls":[{"index":1,"function":{"arguments":"}","name":"add"},"id":ID1}]}""", deltas[4]);
    }

    [Fact]
    public async Task ArgumentsAsObject_OneDeltaForEachCall() => Assert.Equal(
        [
            """{"tool_calls":[{"index":0,"id":ID0,"type":"function","function":{"name":"add","arguments":{"x":12}}}]}""",
            """{"tool_calls":[{"index":1,"id":ID1,"type":"function","function":{"name":"add","arguments":{"x":"é"}}}]}""",
        ],
        await DeltasAsync(ServerFault.ArgumentsAsObject()));

    [Fact]
    public async Task LegacyFunctionCall_TheFirstCallAndItsFinishReason()
    {
        string body = await BodyAsync(ServerFault.LegacyFunctionCall());

        Assert.Equal(["""{"function_call":{"name":"add","arguments":""}}""", """{"function_call":{"arguments":"{\"x\":12}"}}"""], Deltas(body, "function_call"));
        Assert.DoesNotContain("tool_calls", body, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"function_call\"", body, StringComparison.Ordinal);
    }

    private static async Task<string[]> DeltasAsync(ServerFault? fault) => Deltas(await BodyAsync(fault), "tool_calls");

    private static async Task<string> BodyAsync(ServerFault? fault)
    {
        await using EmulatedServer server = await FaultRun.StartAsync(FaultRun.OpenAI);
        server.Enqueue(fault is null ? [] : [fault]);
        using var client = new ServerClient(server);
        (string body, _) = await client.ReadAsync(FaultRun.PathOf(FaultRun.OpenAI), Request);
        return body;
    }

    // Ids are long: the first that comes is ID0.
    private static string[] Deltas(string body, string member)
    {
        List<string> ids = [];
        List<string> deltas = [];
        foreach (string json in body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
        {
            JsonElement delta = ServerClient.Parse(json["data: ".Length..]).GetProperty("choices")[0].GetProperty("delta");
            if (!delta.TryGetProperty(member, out JsonElement call))
            {
                continue;
            }

            if (call.ValueKind is JsonValueKind.Array && call[0].TryGetProperty("id", out JsonElement id) && id.GetString() is { Length: > 0 } && !ids.Contains(id.GetRawText()))
            {
                ids.Add(id.GetRawText());
            }

            deltas.Add(ids.Select((text, index) => (text, index)).Aggregate(delta.GetRawText(), (raw, known) => raw.Replace(known.text, $"ID{known.index}")));
        }

        return [.. deltas];
    }
}
