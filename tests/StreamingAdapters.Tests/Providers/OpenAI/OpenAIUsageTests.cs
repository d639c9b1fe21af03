using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAI.ChatWire;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>Usage in all of its places and names: told once, at the end.</summary>
public sealed class OpenAIUsageTests
{
    /// <summary>What it shows, a usage object, and the usage.</summary>
    public static TheoryData<string, string, string> Objects => new()
    {
        { "all", """{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":1},"completion_tokens_details":{"reasoning_tokens":2}}""", "usage 5/2/7 cached 1 reasoning 2" },
        { "totals are taken as given", """{"prompt_tokens":291,"completion_tokens":26,"total_tokens":513,"completion_tokens_details":{"reasoning_tokens":196}}""", "usage 291/26/513 reasoning 196" },
        { "DeepSeek's cache", """{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_cache_hit_tokens":3,"prompt_cache_miss_tokens":2}""", "usage 5/2/7 cached 3" },
        { "Together's cache and reasoning", """{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"cached_tokens":3,"reasoning_tokens":1}""", "usage 5/2/7 cached 3 reasoning 1" },
        { "details win", """{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":0},"prompt_cache_hit_tokens":3,"cached_tokens":4}""", "usage 5/-/- cached 0" },
        { "floats", """{"prompt_tokens":5.0,"completion_tokens":2.0,"total_tokens":7.0}""", "usage 5/2/7" },
        { "nulls and other types", """{"prompt_tokens":null,"completion_tokens":2,"total_tokens":"7","prompt_tokens_details":null,"completion_tokens_details":[]}""", "usage -/2/-" },
        { "a total alone", """{"total_tokens":7}""", "usage -/-/7" },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public async Task Decode_UsageObject_IsReadUnderItsNames(string what, string usage, string expected)
    {
        string actual = AnswerText.Of(await Decoding.OfChatAsync(Hi + Delta("{}", "stop", ",\"usage\":" + usage) + Done));

        Assert.True($"T:Hi | finish stop | {expected} | done" == actual, $"{what}: {actual}");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("""{"cost":0.1}""")]
    public async Task Decode_UsageWithoutNumbers_IsNone(string usage)
    {
        Assert.Equal("T:Hi | finish stop | done", AnswerText.Of(await Decoding.OfChatAsync(Hi + Delta("{}", "stop", ",\"usage\":" + usage) + Done)));
    }

    /// <summary>What it shows, the body after a text, and the usage. Each <c>u</c> stands for a usage of 5, 2 and 7.</summary>
    public static TheoryData<string, string> Places => new()
    {
        { "Groq: three times", Delta("{}", "stop", ",\"usage\":u,\"x_groq\":{\"id\":\"r\",\"usage\":u}") + Chunk("{\"choices\":[],\"usage\":u}") + Done },
        { "Groq: its own object alone", Delta("{}", "stop", ",\"x_groq\":{\"usage\":u}") + Done },
        { "Groq: an object without usage", Delta("{}", "stop", ",\"x_groq\":{\"id\":\"r\"}") + Chunk("{\"choices\":[],\"x_groq\":7,\"usage\":u}") + Done },
        { "before the finish, in a chunk of its own", Chunk("{\"choices\":[],\"usage\":u}") + Stop },
        { "in the choice", Choice("\"delta\":{},\"finish_reason\":\"stop\",\"usage\":u") + Done },
        { "nulls after the numbers", Delta("{}", "stop", ",\"usage\":u") + Chunk("{\"choices\":[],\"usage\":{\"prompt_tokens\":null,\"completion_tokens\":null}}") + Chunk("{\"choices\":[],\"usage\":null}") + Done },
        { "the last wins", Delta("{}", "stop", ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":6}") + Chunk("{\"choices\":[],\"usage\":u}") + Done },
        { "members of several objects", Delta("{}", "stop", ",\"usage\":{\"prompt_tokens\":5}") + Chunk("{\"choices\":[],\"usage\":{\"completion_tokens\":2}}") + Chunk("{\"choices\":[],\"usage\":{\"total_tokens\":7}}") + Done },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Decode_UsageAnywhere_IsToldOnceAtTheEnd(string what, string body)
    {
        string rest = body.Replace(":u", """:{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}""", StringComparison.Ordinal);

        string actual = AnswerText.Of(await Decoding.OfChatAsync(Hi + rest));

        Assert.True("T:Hi | finish stop | usage 5/2/7 | done" == actual, $"{what}: {actual}");
    }

    [Fact]
    public async Task Decode_CumulativeUsage_IsSoFarWhenItChanges()
    {
        string Counted(string content, int output) =>
            Delta($"{{\"content\":\"{content}\"}}", more: $",\"usage\":{{\"prompt_tokens\":5,\"completion_tokens\":{output},\"total_tokens\":{5 + output},\"prompt_tokens_details\":{{\"cached_tokens\":1}},\"completion_tokens_details\":{{\"reasoning_tokens\":0}}}}");

        DecodedAnswer answer = await Decoding.OfChatAsync(Counted("a", 1) + Counted("b", 1) + Counted("", 2) + Counted("c", 3) + Hi + Delta("{}", "stop", ",\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":4,\"total_tokens\":10}") + Done);

        Assert.Equal("T:a | T:b | T:c | T:Hi | finish stop | usage 6/4/10 cached 1 reasoning 0 | done", AnswerText.Of(answer));
        Assert.Equal([1, null, 3, null, null, null], answer.Updates.Select(update => SoFar(update.AdditionalProperties, "OutputTokenCount")));
        Assert.Equal(["InputTokenCount", "OutputTokenCount", "TotalTokenCount", "CachedInputTokenCount", "ReasoningTokenCount"], Properties(answer.Updates[0].AdditionalProperties)!.Keys);
    }

    [Fact]
    public async Task Decode_UsageBeforeACut_IsTold()
    {
        DecodedAnswer answer = await Decoding.OfChatAsync(Delta("""{"content":"Hi"}""", more: """,  "usage":{"prompt_tokens":5,"completion_tokens":1}"""));

        Assert.Equal("T:Hi | usage 5/1/- | fails Truncated", AnswerText.Of(answer));
    }

    private static IDictionary<string, long>? Properties(IDictionary<string, object?>? properties) =>
        properties is not null && properties.TryGetValue(StreamingKeys.UsageSoFar, out object? counts) ? (IDictionary<string, long>)counts! : null;

    private static long? SoFar(IDictionary<string, object?>? properties, string name) => Properties(properties) is { } counts ? counts[name] : null;
}
