using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Providers.OpenAI;

namespace StreamingAdapters.Tests.Providers.OpenAI;

public sealed class ReasoningDetailsTests
{
    /// <summary>What it shows, the fragments of each delta, and the merged details.</summary>
    public static TheoryData<string, string[], string> Merges => new()
    {
        { "text grows, the last signature wins", ["""[{"type":"reasoning.text","text":"a","signature":null,"format":"x","index":0}]""", """[{"type":"reasoning.text","text":"b","signature":"s1","format":"x","index":0}]""", """[{"type":"reasoning.text","signature":"s2","index":0}]"""], """[{"type":"reasoning.text","text":"ab","signature":"s2","format":"x","index":0}]""" },
        { "null does not erase", ["""[{"type":"t","signature":"s","index":0}]""", """[{"type":"t","signature":null,"index":0}]"""], """[{"type":"t","signature":"s","index":0}]""" },
        { "summary and data grow", ["""[{"type":"reasoning.summary","summary":"a","index":0},{"type":"reasoning.encrypted","data":"x","index":1}]""", """[{"type":"reasoning.encrypted","data":"y","index":1},{"type":"reasoning.summary","summary":"b","index":0}]"""], """[{"type":"reasoning.summary","summary":"ab","index":0},{"type":"reasoning.encrypted","data":"xy","index":1}]""" },
        { "one index, two types", ["""[{"type":"a","text":"1","index":0}]""", """[{"type":"b","data":"2","index":0}]""", """[{"type":"a","text":"3","index":0}]"""], """[{"type":"a","text":"13","index":0},{"type":"b","data":"2","index":0}]""" },
        { "without an index each is its own", ["""[{"type":"a","text":"1"}]""", """[{"type":"a","text":"2"}]"""], """[{"type":"a","text":"1"},{"type":"a","text":"2"}]""" },
        { "an index that is no number is none", ["""[{"type":"a","text":"1","index":"0"}]""", """[{"type":"a","text":"2","index":"0"}]"""], """[{"type":"a","text":"1","index":"0"},{"type":"a","text":"2","index":"0"}]""" },
        { "unknown members stay", ["""[{"type":"a","id":"i","x":{"y":[1,null]},"index":0}]"""], """[{"type":"a","id":"i","x":{"y":[1,null]},"index":0}]""" },
        { "growing names that hold no text", ["""[{"type":"a","text":5,"data":null,"index":0}]"""], """[{"type":"a","text":5,"data":null,"index":0}]""" },
        { "what is no detail is skipped", ["""["x",null,{"type":"a","index":0}]"""], """[{"type":"a","index":0}]""" },
    };

    [Theory]
    [MemberData(nameof(Merges))]
    public void ToContent_Fragments_GivesMergedDetails(string what, string[] deltas, string expected)
    {
        TextReasoningContent? content = Merge(deltas);

        Assert.Equal("", content!.Text);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(content.ProtectedData!)), $"{what}: {content.ProtectedData}");
    }

    [Fact]
    public void ToContent_Nothing_IsNull()
    {
        Assert.Null(Merge());
        Assert.Null(Merge("[]"));
    }

    [Fact]
    public void ToContent_Twice_GivesTheDetailsOnce()
    {
        var details = new ReasoningDetails();
        details.Add(JsonDocument.Parse("""[{"type":"a"}]""").RootElement.EnumerateArray());

        Assert.NotNull(details.ToContent());
        Assert.Null(details.ToContent());
    }

    // Anything may stand in a detail, and it is only carried.
    [Fact]
    public void ToContent_TextThatIsNoUnicode_IsRepaired()
    {
        byte[] json = [.. "[{\"type\":\"a\",\"id\":\"x"u8, 0xE6, 0xBC, .. "\",\"format\":\"\\ud83d\",\"text\":\"\\ud83d\",\"\\ude00\":1,\"index\":0}]"u8];
        var details = new ReasoningDetails();
        details.Add(JsonDocument.Parse(json).RootElement.EnumerateArray());
        details.Add(JsonDocument.Parse("""[{"type":"a","text":"\ude00","index":0}]""").RootElement.EnumerateArray());

        JsonNode merged = JsonNode.Parse(details.ToContent()!.ProtectedData!)![0]!;

        Assert.Equal("x\uFFFD", (string?)merged["id"]);
        Assert.Equal("\uFFFD", (string?)merged["format"]);
        Assert.Equal("😀", (string?)merged["text"]);
        Assert.Equal(1, (int?)merged["\uFFFD"]);
    }

    [Fact]
    public void FromHistory_SeveralContents_GivesAllDetails()
    {
        JsonArray? details = ReasoningDetails.FromHistory(
        [
            new TextReasoningContent("plain"),
            new TextReasoningContent("") { ProtectedData = """[{"type":"a"},null]""" },
            new TextReasoningContent("") { ProtectedData = """[{"type":"b"}]""" },
        ]);

        Assert.Equal("""[{"type":"a"},null,{"type":"b"}]""", details!.ToJsonString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gAAAAA==")]
    [InlineData("{}")]
    [InlineData("\"x\"")]
    public void FromHistory_DataOfAnotherProvider_IsNothing(string? data)
    {
        Assert.Null(ReasoningDetails.FromHistory([new TextReasoningContent("x") { ProtectedData = data }]));
    }

    private static TextReasoningContent? Merge(params string[] deltas)
    {
        var details = new ReasoningDetails();
        foreach (string delta in deltas)
        {
            details.Add(JsonDocument.Parse(Encoding.UTF8.GetBytes(delta)).RootElement.EnumerateArray());
        }

        return details.ToContent();
    }
}
