using System.Text;
using System.Text.Json;
using StreamingAdapters.Json;
using StreamingAdapters.Tests.Providers;

namespace StreamingAdapters.Tests.Json;

public sealed class JsonRepairTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("{\"a\":\"\\u00e9\\ud83d\\ude00\\n\"}")]
    [InlineData("{\"a\":\"\\\\ud83d\"}")]
    [InlineData("{\"a\":\"\\\\\\\\ud83d\"}")]
    [InlineData("\"\\u12")]
    [InlineData("\"\\ud8")]
    [InlineData("\"\\u")]
    [InlineData("\"\\")]
    public void Repair_NoHalf_GivesTheSameInstance(string json)
    {
        Assert.Same(json, JsonRepair.Repair(json));
    }

    [Theory]
    [InlineData("\"\\ud83d\"", "\"\\ufffd\"")]
    [InlineData("\"\\uDE00\"", "\"\\ufffd\"")]
    [InlineData("\"a\\ud83db\\ude00c\"", "\"a\\ufffdb\\ufffdc\"")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\\ude00\"", "\"\\ufffd\\ud83d\\ude00\\ufffd\"")]
    [InlineData("\"\\ud83d\\n\\ude00\"", "\"\\ufffd\\n\\ufffd\"")]
    [InlineData("\"\\ud83d\\\\ude00\"", "\"\\ufffd\\\\ude00\"")]
    [InlineData("\"\\\\\\ud83d\"", "\"\\\\\\ufffd\"")]
    [InlineData("\"\\ud83d\\ude0", "\"\\ufffd\\ude0")]
    [InlineData("\"\\ud83d", "\"\\ufffd")]
    [InlineData("{\"\\udfff\":[\"\\ud800\"]}", "{\"\\ufffd\":[\"\\ufffd\"]}")]
    public void Repair_Half_BecomesTheReplacementCharacter(string json, string expected)
    {
        Assert.Equal(expected, JsonRepair.Repair(json));
    }

    [Fact]
    public void Repair_ElementWithInvalidUtf8_CanBeRead()
    {
        using JsonDocument document = JsonDocument.Parse("[\""u8.ToArray().Concat(new byte[] { 0xE6, 0xBC }).Concat("\\ud83d\"]"u8.ToArray()).ToArray());

        Assert.Equal("[\"\uFFFD\\ufffd\"]", JsonRepair.Repair(document.RootElement));
    }

    [Fact]
    public void Repair_AnyString_ReadsAsTheDecodedTextDoes()
    {
        Property.Check(JsonGen.StringWithHalves, 1000, escaped =>
        {
            using JsonDocument document = JsonDocument.Parse(JsonRepair.Repair($"\"{escaped}\""));

            Assert.Equal(JsonText.ReplaceHalves(JsonText.Decode(Encoding.UTF8.GetBytes(escaped))), document.RootElement.GetString());
        });
    }
}
