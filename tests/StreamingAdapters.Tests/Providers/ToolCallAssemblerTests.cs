using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Providers;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Each rule of assembling calls from fragments, and each deviation that servers show.</summary>
public sealed class ToolCallAssemblerTests
{
    /// <summary>What it shows, the entries in their order, and the calls as <c>id name arguments</c> (<c>*</c>: an id of our own).</summary>
    public static TheoryData<string, string[], string[]> Rules => new()
    {
        { "one call in fragments", ["""{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}""", """{"index":0,"function":{"arguments":"{\"x\":"}}""", """{"index":0,"function":{"arguments":"1}"}}"""], ["a f {\"x\":1}"] },
        { "interleaved indexes", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"index":1,"id":"b","function":{"name":"g","arguments":"{\"y\""}}""", """{"index":0,"function":{"arguments":":1}"}}""", """{"index":1,"function":{"arguments":":2}"}}"""], ["a f {\"x\":1}", "b g {\"y\":2}"] },
        { "indexes with gaps, order of first appearance", ["""{"index":7,"id":"a","function":{"name":"f"}}""", """{"index":3,"id":"b","function":{"name":"g"}}"""], ["a f {}", "b g {}"] },
        { "index 0 for every call: another id with a name is a new call", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}""", """{"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\""}}""", """{"index":0,"function":{"arguments":":2}"}}"""], ["a f {}", "b f {\"x\":2}"] },
        { "another id without a name continues", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"index":0,"id":"b","function":{"arguments":":1}"}}"""], ["a f {\"x\":1}"] },
        { "id and name repeated in every delta", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}"""], ["a f {\"x\":1}"] },
        { "id and name come late", ["""{"index":0,"function":{"arguments":"{\"x\""}}""", """{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}"""], ["a f {\"x\":1}"] },
        { "empty id and name count as absent", ["""{"index":0,"id":"a","type":"","function":{"name":"f","arguments":""}}""", """{"index":0,"id":"","function":{"name":"","arguments":"{\"x\":1}"}}"""], ["a f {\"x\":1}"] },
        { "no index, an id: the call with that id", ["""{"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"id":"b","function":{"name":"g","arguments":"{}"}}""", """{"id":"a","function":{"arguments":":1}"}}"""], ["a f {\"x\":1}", "b g {}"] },
        { "no index, no id, no name: the last call", ["""{"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"function":{"arguments":":1}"}}"""], ["a f {\"x\":1}"] },
        { "no index, no id, a name: a new call", ["""{"function":{"name":"f","arguments":"{}"}}""", """{"function":{"name":"f","arguments":"{}"}}"""], ["* f {}", "* f {}"] },
        { "index that is null or no number", ["""{"index":null,"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"index":"0","function":{"arguments":":1}"}}"""], ["a f {\"x\":1}"] },
        { "an object continues under an index without one", ["""{"index":0,"id":"a","function":{"name":"f"}}""", """{"index":0,"function":{"arguments":{"x":1}}}"""], ["a f {\"x\":1}"] },
        { "arguments as an object replace", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}""", """{"index":0,"function":{"arguments":{"x":[1,2]}}}"""], ["a f {\"x\":[1,2]}"] },
        { "arguments as an array are no object", ["""{"index":0,"id":"a","function":{"name":"f","arguments":[1]}}"""], ["a f raw [1]"] },
        { "arguments of any other kind are no object", ["""{"id":"a","function":{"name":"f","arguments":5}}""", """{"id":"b","function":{"name":"f","arguments":true}}"""], ["a f raw 5", "b f raw true"] },
        { "null, missing, empty and \"null\" arguments", ["""{"id":"a","function":{"name":"f","arguments":null}}""", """{"id":"b","function":{"name":"f"}}""", """{"id":"c","function":{"name":"f","arguments":""}}""", """{"id":"d","function":{"name":"f","arguments":"null"}}"""], ["a f {}", "b f {}", "c f {}", "d f {}"] },
        { "arguments that are cut", ["""{"id":"a","function":{"name":"f","arguments":"{\"x\":\"unfin"}}"""], ["a f raw {\"x\":\"unfin"] },
        { "an escape split between fragments", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"c\":\"caf\\u00"}}""", """{"index":0,"function":{"arguments":"e9\"}"}}"""], ["a f {\"c\":\"café\"}"] },
        { "a surrogate pair split between fragments", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"c\":\"\ud83d"}}""", """{"index":0,"function":{"arguments":"\ude00\"}"}}"""], ["a f {\"c\":\"\\uD83D\\uDE00\"}"] },
        { "half a pair stays alone", ["""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"c\":\"\ud83d\"}"}}"""], ["a f {\"c\":\"�\"}"] },
        { "a numeric string as id", ["""{"index":0,"id":"814890118","function":{"name":"f","arguments":""}}"""], ["814890118 f {}"] },
        { "null function and no function", ["""{"index":0,"id":"a","function":null}""", """{"index":0}""", """{"index":0,"function":{"name":"f","arguments":"{}"}}"""], ["a f {}"] },
        { "names that are no Unicode text", ["""{"\ud83d":1,"id":"a","function":{"\ude00":2,"name":"f","arguments":{"\ud83d":3}}}"""], ["a f {\"\uFFFD\":3}"] },
        { "a custom tool takes text", ["""{"index":0,"id":"a","type":"custom","custom":{"name":"sql","input":"SELECT"}}""", """{"index":0,"custom":{"input":" 1"}}"""], ["a sql {\"input\":\"SELECT 1\"}"] },
        { "unknown members and types", ["""{"index":0,"id":"a","type":"new","x":[{}],"function":{"name":"f","arguments":"{}","y":1}}"""], ["a f {}"] },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Add_Fragments_GivesWholeCalls(string what, string[] entries, string[] calls)
    {
        var assembler = new ToolCallAssembler();
        foreach (string entry in entries)
        {
            assembler.Add(Parse(entry));
        }

        FunctionCallContent[] taken = [.. assembler.TakeAll()];

        Assert.True(calls.SequenceEqual(taken.Select(Describe)), $"{what}: {string.Join(" | ", taken.Select(Describe))}");
        Assert.Equal(taken.Length, taken.Select(call => call.CallId).Distinct().Count());
    }

    [Fact]
    public void TakeAll_Twice_GivesEachCallOnce()
    {
        var assembler = new ToolCallAssembler();
        assembler.Add(Parse("""{"index":0,"id":"a","function":{"name":"f"}}"""));

        Assert.Single(assembler.TakeAll());
        Assert.Empty(assembler.TakeAll());

        assembler.Add(Parse("""{"index":0,"id":"b","function":{"arguments":"{}"}}"""));
        Assert.Equal("b", Assert.Single(assembler.TakeAll()).CallId);
    }

    [Theory]
    [InlineData(new[] { """{"name":"f","arguments":""}""", """{"arguments":"{\"x\":1}"}""" }, "* f {\"x\":1}")]
    [InlineData(new[] { """{"arguments":"{}"}""", """{"name":"f"}""" }, "* f {}")]
    [InlineData(new[] { """{"name":"f","arguments":{"x":1}}""" }, "* f {\"x\":1}")]
    [InlineData(new[] { """{"name":"f"}""", """{"name":"g"}""" }, "* f {}")]
    public void AddLegacy_Fragments_GivesOneCall(string[] fragments, string expected)
    {
        var assembler = new ToolCallAssembler();
        foreach (string fragment in fragments)
        {
            assembler.AddLegacy(Parse(fragment));
        }

        Assert.Equal(expected, Describe(Assert.Single(assembler.TakeAll())));
    }

    [Theory]
    [InlineData("\"f\"")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    public void Add_NoObject_FailsLoudly(string entry)
    {
        var assembler = new ToolCallAssembler();

        Assert.Throws<JsonException>(() => assembler.Add(Parse(entry)));
        Assert.Throws<JsonException>(() => assembler.AddLegacy(Parse(entry)));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static string Describe(FunctionCallContent call)
    {
        string id = call.CallId.StartsWith("call_", StringComparison.Ordinal) ? "*" : call.CallId;
        return $"{id} {call.Name} {(call.Arguments is null ? "raw " + call.AdditionalProperties!["arguments_raw"] : AnswerText.Json(call.Arguments))}";
    }
}
