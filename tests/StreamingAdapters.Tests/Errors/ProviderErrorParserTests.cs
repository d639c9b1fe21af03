using System.Text;
using System.Text.Json;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Errors;

public sealed class ProviderErrorParserTests
{
    [Theory]
    [InlineData("""{"error":{"message":"m","type":"t","param":"p","code":"c"}}""", "m", "c", "t", "p")]
    [InlineData("""{"error":{"code":"401","message":"m"}}""", "m", "401", null, null)]
    [InlineData("""{"type":"error","error":{"type":"t","message":"m"},"request_id":"r"}""", "m", null, "t", null)]
    [InlineData("""{"type":"error","code":"c","message":"m","param":null}""", "m", "c", null, null)]
    [InlineData("""{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}""", "m", "429", "RESOURCE_EXHAUSTED", null)]
    [InlineData("""[{"error":{"code":429,"message":"m","status":"S"}}]""", "m", "429", "S", null)]
    [InlineData("""{"error":[{"message":"m","code":1}]}""", "m", "1", null, null)]
    [InlineData("""{"error":"m"}""", "m", null, null, null)]
    [InlineData("""{"error":"m","error_type":"t"}""", "m", null, "t", null)]
    [InlineData("""{"object":"error","message":"m","type":"t","code":"c","raw_status_code":400}""", "m", "c", "t", null)]
    [InlineData("""{"detail":"m"}""", "m", null, null, null)]
    [InlineData("""{"detail":{"message":"m"}}""", "m", null, null, null)]
    [InlineData("""{"detail":[{"loc":["body","messages",0],"msg":"m","input":"secret"},{"msg":"n"},"o",{"message":"p"},{"loc":"x","msg":"q"}]}""", "body.messages.0: m; n; o; p; q", null, null, null)]
    [InlineData("""{"errorMessage":"m"}""", "m", null, null, null)]
    [InlineData("""{"errors":[{"message":"m","code":7003}]}""", "m", "7003", null, null)]
    [InlineData("""{"errors":["m"]}""", "m", null, null, null)]
    [InlineData("""{"error":null,"errors":[],"message":"m"}""", "m", null, null, null)]
    [InlineData("""{"error":true,"message":"m"}""", "m", null, null, null)]
    [InlineData("""{"error":"","message":"m"}""", "m", null, null, null)]
    [InlineData("""{"error":{"message":"m"},"message":"n","code":"c","type":"t","param":"p"}""", "m", "c", "t", "p")]
    [InlineData("""{"error":{"error":{"message":"m"}}}""", "m", null, null, null)]
    [InlineData("""{"message":{"detail":[{"loc":["body"],"msg":"m"}]},"code":null}""", "body: m", null, null, null)]
    [InlineData("""{"message":{"a":1}}""", """{"a":1}""", null, null, null)]
    [InlineData("""{"message":7}""", "7", null, null, null)]
    [InlineData("""{"message":[]}""", """{"message":[]}""", null, null, null)]
    [InlineData("""{"code":"invalid-argument","error":"m"}""", "m", "invalid-argument", null, null)]
    [InlineData("""{"StatusCode":429,"Status":"429 Too Many Requests","error":"m"}""", "m", null, null, null)]
    [InlineData("""{"code":400.0,"message":"m","type":"Bad Request"}""", "m", "400", "Bad Request", null)]
    [InlineData("""{"code":4.5,"message":"m"}""", "m", "4.5", null, null)]
    [InlineData("""{"code":1e400,"message":"m"}""", "m", "1e400", null, null)]
    [InlineData("""{"code":1e20,"message":"m"}""", "m", "1e20", null, null)]
    [InlineData("""{"code":{},"message":"m"}""", "m", null, null, null)]
    [InlineData("""{"code":" ","type":"","message":"m"}""", "m", null, null, null)]
    [InlineData("""{"sequence_number":1}""", """{"sequence_number":1}""", null, null, null)]
    [InlineData("""{"error":{"code":"c"}}""", """{"error":{"code":"c"}}""", "c", null, null)]
    [InlineData("""{"message":"a","message":"m"}""", "m", null, null, null)]
    [InlineData("""{"status":"failed","error":{"message":"m"}}""", "m", null, null, null)]
    [InlineData("\"m\"", "m", null, null, null)]
    [InlineData("\"\"", null, null, null, null)]
    [InlineData("{}", null, null, null, null)]
    [InlineData("[]", null, null, null, null)]
    public void Parse_JsonShape_IsReadFromBodyAndElementAlike(string json, string? message, string? code, string? type, string? param)
    {
        using JsonDocument document = JsonDocument.Parse(json);

        ProviderError fromBody = Parse(json);
        ProviderError fromElement = ProviderErrorParser.Parse(document.RootElement);

        Assert.Equal((message, code, type, param), (fromBody.Message, fromBody.Code, fromBody.Type, fromBody.Param));
        Assert.Equal((message, code, type, param), (fromElement.Message, fromElement.Code, fromElement.Type, fromElement.Param));
        Assert.Equal(fromBody.StatusCode, fromElement.StatusCode);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("  \r\n", null)]
    [InlineData("\uFEFF", null)]
    [InlineData("null", null)]
    [InlineData(" Service down ", "Service down")]
    [InlineData("\uFEFF{\"error\":\"m\"}", "m")]
    [InlineData("\n {\"error\":\"m\"}\n", "m")]
    [InlineData("[ERROR] down", "[ERROR] down")]
    [InlineData("{oops", "{oops")]
    [InlineData("\"cut", "\"cut")]
    [InlineData("true", "true")]
    [InlineData("{\"error\":{\"message\":\"m\"}}{\"error\":\"n\"}", "m")]
    [InlineData("{\"error\":{\"message\":\"m\",},}", "m")]
    [InlineData("{\"error\":{\"message\":\"m\",\"input\":[\"cut of", "m")]
    [InlineData("data: {\"error\":\"m\"}\n\n", "m")]
    [InlineData("event: error\ndata: {\"error\":\"m\"}\n\ndata: [DONE]\n\n", "m")]
    [InlineData("error: {\"message\":\"m\"}", "m")]
    [InlineData("data: nothing", "data: nothing")]
    public void Parse_TextThatIsNoSoundJson_GivesWhatIsThere(string body, string? message)
    {
        ProviderError error = Parse(body);

        Assert.Equal(message, error.Message);
        Assert.False(error.IsMarkup);
    }

    [Theory]
    [InlineData("<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway")]
    [InlineData("<!DOCTYPE html>\r\n<HTML><TITLE lang=en>\n  a &amp;\tb </TITLE>", "a & b")]
    [InlineData("<html><title>cut of", "cut of")]
    [InlineData("<html><title", null)]
    [InlineData("<html><title></title><h1>Not <b>found</b></h1>", "Not found")]
    [InlineData("<Error><Code>NoSuchKey</Code> x > y</Error>", "NoSuchKey x y")]
    [InlineData("<html></html>", null)]
    public void Parse_Markup_GivesTitleElseText(string body, string? message)
    {
        ProviderError error = Parse(body);

        Assert.Equal(message, error.Message);
        Assert.True(error.IsMarkup);
    }

    [Fact]
    public void Parse_RawErrorOfRouter_IsNested()
    {
        ProviderError text = Parse("""{"error":{"message":"m","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"n\",\"code\":\"c\"}}"}}}""");
        ProviderError item = Parse("""{"error":{"message":"m","metadata":{"raw":{"error":"n"}}}}""");
        ProviderError plain = Parse("""{"error":{"message":"m","metadata":{"raw":"n"}}}""");
        ProviderError other = Parse("""{"error":{"message":"m","metadata":{"raw":7}}}""");

        Assert.Equal(("m", "n", "c"), (text.Message, text.Nested!.Message, text.Nested.Code));
        Assert.Equal("n", item.Nested!.Message);
        Assert.Equal("n", plain.Nested!.Message);
        Assert.Null(other.Nested);
    }

    [Fact]
    public void Parse_ExtraMembers_AreKept()
    {
        ProviderError error = Parse("""
            {"error":{"message":"m","innererror":{"code":"Inner"},"n_prompt_tokens":5000,"n_ctx":4096,
            "metadata":{"reasons":["violence"]},
            "details":[{"reason":"R","violations":[{"quotaId":"Q1"},{"quotaId":7},{}]},{"retryDelay":"1.5s"},{"violations":"x"},7]}}
            """);

        Assert.Equal(("Inner", 5000, 4096, true, "R"), (error.InnerCode, error.PromptTokens, error.ContextTokens, error.IsModeration, error.Reason));
        Assert.Equal(["Q1"], error.QuotaIds);
        Assert.Equal(TimeSpan.FromSeconds(1.5), error.RetryAfter);
    }

    [Fact]
    public void Parse_ExtraMembersOfWrongShape_AreIgnored()
    {
        ProviderError error = Parse("""
            {"error":{"message":"m","inner_error":"x","n_prompt_tokens":"many","n_ctx":1.5,"metadata":{"reasons":"x"},"details":{"reason":"R"}},"signin_url":"javascript:x"}
            """);

        Assert.Equal((null, null, null, false, null, null), (error.InnerCode, error.PromptTokens, error.ContextTokens, error.IsModeration, error.Reason, error.SignInUrl));
    }

    [Theory]
    [InlineData("https://ollama.com/connect?x=1", true)]
    [InlineData("http://localhost/x", true)]
    [InlineData("/relative", false)]
    [InlineData("ftp://x/y", false)]
    public void Parse_SignInUrl_IsKeptWhenItIsAWebAddress(string url, bool isKept) =>
        Assert.Equal(isKept ? url : null, Parse($$"""{"error":"unauthorized","signin_url":"{{url}}"}""").SignInUrl);

    [Theory]
    [InlineData("""{"status":418,"message":"m"}""", 418)]
    [InlineData("""{"statusCode":404,"message":"m"}""", 404)]
    [InlineData("""{"error":{"message":"m","status_code":400}}""", 400)]
    [InlineData("""{"error":{"message":"m"},"code":503}""", 503)]
    [InlineData("""{"error":{"message":"m","code":"1500"}}""", null)]
    [InlineData("""{"error":{"message":"m","code":-429}}""", null)]
    public void Parse_StatusInBody_IsFound(string body, int? status) => Assert.Equal(status, Parse(body).BodyStatus);

    [Theory]
    [InlineData("""{"error":{"message":"a \ud83d b","code":"\udc00"}}""", "a \uFFFD b", "\uFFFD")]
    [InlineData("""{"error":{"message":"\ud83d\ude00 \u00e9\b\f\n\r\t\/\\\"","\ud800":1}}""", "\U0001F600 \u00e9\b\f\n\r\t/\\\"", null)]
    public void Parse_LoneSurrogateEscape_BecomesReplacementCharacter(string body, string message, string? code)
    {
        ProviderError error = Parse(body);

        Assert.Equal(message, error.Message);
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void Parse_InvalidUtf8_BecomesReplacementCharacter()
    {
        byte[] body = [.. "{\"error\":{\"message\":\"a"u8, 0xFF, 0xE2, 0x82, .. "\\n\",\""u8, 0xC3, .. "\":1}}"u8];

        Assert.Equal("a\uFFFD\uFFFD\n", ProviderErrorParser.Parse(body).Message);
        Assert.Equal("\uFFFDx", ProviderErrorParser.Parse(new byte[] { 0xFF, (byte)'x' }).Message);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(20_000)]
    public void Parse_NestedDeeply_GivesWhatComesBefore(int depth)
    {
        string body = $"{{\"error\":{{\"message\":\"m\",\"input\":{new string('[', depth)}{new string(']', depth)}}}}}";

        Assert.Equal("m", Parse(body).Message);
    }

    [Fact]
    public void Parse_ErrorsInErrors_StopsSomewhere()
    {
        string body = string.Concat(Enumerable.Repeat("{\"error\":", 40)) + "\"m\"" + new string('}', 40);

        Assert.Equal(body, Parse(body).Message);
        Assert.Null(Parse(string.Concat(Enumerable.Repeat("{\"message\":", 30)) + "7" + new string('}', 30)).Code);
    }

    [Fact]
    public void Parse_RawInRaw_StopsSomewhere()
    {
        string body = "{\"error\":\"m\"}";
        for (int i = 0; i < 12; i++)
        {
            body = """{"error":{"message":"m","metadata":{"raw":"BODY"}}}""".Replace("BODY", JsonEncodedText.Encode(body).Value, StringComparison.Ordinal);
        }

        Assert.Equal("m", Parse(body).Message);
    }

    [Fact]
    public void Parse_EveryPrefixOfABody_NeverThrows()
    {
        byte[] body = Encoding.UTF8.GetBytes("""[{"error":{"message":"m \ud83d\ude00 é","code":4.29e2,"details":[{"retryDelay":"1s"}],"metadata":{"raw":"{\"a\":[1]}"}}}]""");
        for (int length = 0; length <= body.Length; length++)
        {
            ProviderError error = ProviderErrorParser.Parse(body.AsMemory(0, length));

            Assert.Equal(length is 0, error.Message is null);
        }
    }

    [Fact]
    public void Parse_UndefinedElement_GivesNothing() => Assert.Null(ProviderErrorParser.Parse(default(JsonElement)).Message);

    [Fact]
    public void ToString_ErrorAndContext_TellNoText()
    {
        Assert.DoesNotContain("secret", new ProviderError { Message = "secret" }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", new ErrorContext("p", "m", "secret", ["secret"]).ToString(), StringComparison.Ordinal);
    }

    private static ProviderError Parse(string body) => ProviderErrorParser.Parse(Encoding.UTF8.GetBytes(body));
}
