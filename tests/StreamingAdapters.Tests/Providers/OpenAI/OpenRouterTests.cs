using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAI.ChatWire;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>What OpenRouter has beyond chat completions.</summary>
public sealed class OpenRouterTests
{
    [Fact]
    public void Map_RoutingFields_GoOutAsTheyAre()
    {
        var options = new ChatOptions
        {
            AdditionalProperties = new()
            {
                ["models"] = JsonNode.Parse("""["a/b","c/d"]"""),
                ["provider"] = JsonNode.Parse("""{"order":["x"],"allow_fallbacks":false,"data_collection":"deny"}"""),
                ["plugins"] = JsonNode.Parse("""[{"id":"web"}]"""),
                ["transforms"] = JsonNode.Parse("[]"),
                ["route"] = "fallback",
            },
        };

        AssertBody(
            """{"model":"m","messages":[{"role":"user","content":"hello"}],"stream":true,"stream_options":{"include_usage":true},"models":["a/b","c/d"],"provider":{"order":["x"],"allow_fallbacks":false,"data_collection":"deny"},"plugins":[{"id":"web"}],"transforms":[],"route":"fallback"}""",
            OfChat(options: options, dialect: OpenAIDialect.OpenRouter));
    }

    [Fact]
    public async Task Decode_FinishSentTwiceBetweenComments_IsOneAnswerWithItsGeneration()
    {
        const string Comment = ": OPENROUTER PROCESSING\n\n";
        string body = Comment + Comment + Delta("""{"content":"Hi"}""", more: ",\"provider\":\"Acme\"") + Comment + Delta("{}", "stop") + Delta("{}", "stop", ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7,\"cost\":0.001}") + Done;

        DecodedAnswer answer = await Decoding.OfChatAsync(body, OpenAIDialect.OpenRouter);

        Assert.Equal("T:Hi | finish stop | usage 5/2/7 | done", AnswerText.Of(answer));
        Assert.Equal(("c1", "Acme", 0.001), (answer.Updates[0].ResponseId, answer.Updates[0].AdditionalProperties!["provider"], answer.Updates[^1].AdditionalProperties!["cost"]));
    }

    [Fact]
    public async Task Decode_SignatureOnTheSecondFinish_IsMergedIntoItsDetail()
    {
        string body = Delta("""{"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","index":0}]}""") + Hi + Delta("{}", "stop")
            + Delta("""{"reasoning_details":[{"type":"reasoning.text","signature":"S","index":0}]}""", "stop") + Done;

        DecodedAnswer answer = await Decoding.OfChatAsync(body, OpenAIDialect.OpenRouter);

        Assert.Equal("""R:hm | T:Hi | finish stop | protected [{"type":"reasoning.text","text":"hm","index":0,"signature":"S"}] | done""", AnswerText.Of(answer));
    }

    [Theory]
    [InlineData("""{"code":"server_error","message":"Provider disconnected"}""", ChatErrorKind.ServerError)]
    [InlineData("""{"code":429,"message":"Rate limited","metadata":{"raw":"{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}","provider_name":"Acme"}}""", ChatErrorKind.RateLimited)]
    [InlineData("""{"code":402,"message":"Insufficient credits"}""", ChatErrorKind.QuotaExhausted)]
    public async Task Decode_ErrorInMidStream_IsOfItsKindBehindTheText(string error, ChatErrorKind kind)
    {
        string body = Hi + Choice("\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"", ",\"error\":" + error) + Done;

        DecodedAnswer answer = await Decoding.OfChatAsync(body, OpenAIDialect.OpenRouter);

        Assert.Equal(("Hi", kind), (answer.Text, answer.FailureKind));
    }
}
