using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers.Gemini;

/// <summary>What the recordings show too rarely: each rule of the protocol by itself.</summary>
public sealed class GeminiStreamDecoderTests
{
    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("RECITATION", "content_filter")]
    [InlineData("LANGUAGE", "content_filter")]
    [InlineData("BLOCKLIST", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("SPII", "content_filter")]
    [InlineData("IMAGE_SAFETY", "content_filter")]
    [InlineData("IMAGE_PROHIBITED_CONTENT", "content_filter")]
    [InlineData("MALFORMED_FUNCTION_CALL", "MALFORMED_FUNCTION_CALL")]
    [InlineData("OTHER", "OTHER")]
    public async Task Decode_FinishReason_IsTheContractsWord(string raw, string expected)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part("""{"text":"Hi"}""") + End(raw));

        Assert.Equal(new ChatFinishReason(expected), answer.FinishReason);
        Assert.Equal(raw == expected ? null : raw, answer.Updates[^1].AdditionalProperties?.GetValueOrDefault(StreamingKeys.FinishReasonRaw));
    }

    [Fact]
    public async Task Decode_CallAndStop_FinishesWithToolCalls()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part("""{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"sig"}""") + Part("""{"functionCall":{"name":"f"}}""") + End("STOP"));

        FunctionCallContent[] calls = [.. answer.Contents.OfType<FunctionCallContent>()];
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        Assert.Equal(["""{"x":1}""", "{}"], calls.Select(call => AnswerText.Json(call.Arguments!)));
        Assert.Equal("sig", calls[0].AdditionalProperties!["thoughtSignature"]);
        Assert.NotEqual(calls[0].CallId, calls[1].CallId);
    }

    [Fact]
    public async Task Decode_PartialArguments_AreJoinedByTheirPaths()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(
            Call("""{"name":"f","willContinue":true}""")
            + Call("""{"partialArgs":[{"jsonPath":"$.city","stringValue":"Zü","willContinue":true}],"willContinue":true}""")
            + Call("""{"partialArgs":[{"jsonPath":"$.city","stringValue":"rich"},{"jsonPath":"$.at[1].n","numberValue":2.5},{"jsonPath":"$['a b']","boolValue":true},{"jsonPath":"$.none","nullValue":"NULL_VALUE"}],"willContinue":true}""")
            + Call("{}") + End("STOP"));

        var call = Assert.Single(answer.Contents.OfType<FunctionCallContent>());
        Assert.Equal("""{"city":"Zürich","at":[null,{"n":2.5}],"a b":true,"none":null}""", AnswerText.Json(call.Arguments!));
        Assert.Equal("f", answer.Updates[0].AdditionalProperties![StreamingKeys.ToolCallBegun]);
    }

    [Theory]
    [InlineData("""{"jsonPath":"$","stringValue":"x"}""")]
    [InlineData("""{"jsonPath":"$[0]","stringValue":"x"}""")]
    [InlineData("""{"jsonPath":"$.a[99999999]","stringValue":"x"}""")]
    [InlineData("""{"jsonPath":"$.a[0","stringValue":"x"}""")]
    [InlineData("""{"stringValue":"x"}""")]
    public async Task Decode_PartialArgumentsThatFitNowhere_FailLoudly(string piece)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part("""{"text":"Hi"}""") + Call($$"""{"name":"f","partialArgs":[{{piece}}],"willContinue":true}""") + End("STOP"));

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }

    [Fact]
    public async Task Decode_NewNameAndEnd_CloseTheOpenCall()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Call("""{"name":"f","willContinue":true}""") + Call("""{"name":"g","willContinue":true}""") + End("STOP"));

        Assert.Equal(["f", "g"], answer.Contents.OfType<FunctionCallContent>().Select(call => call.Name));
    }

    [Fact]
    public async Task Decode_CutInACall_HandsNoHalfCallOut()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part("""{"text":"Hi"}""") + Call("""{"name":"f","willContinue":true}"""));

        Assert.Equal(("Hi", ChatErrorKind.Truncated), (answer.Text, answer.FailureKind));
        Assert.Empty(answer.Contents.OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task Decode_OtherCandidates_AreNotRead()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(
            Event("""{"candidates":[{"content":{"parts":[{"text":"no"}]},"index":1},{"content":{"parts":[{"text":"Hi"}]},"index":0}]}""") + Event("""{"candidates":[{"content":{"parts":[{"text":"no"}]},"finishReason":"SAFETY","index":1}]}""") + End("STOP"));

        Assert.Equal(("Hi", ChatFinishReason.Stop), (answer.Text, answer.FinishReason));
    }

    [Fact]
    public async Task Decode_BlockedPrompt_IsFiltered()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Event("""{"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"no"},"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}}"""));

        Assert.Null(answer.Failure);
        Assert.Equal((ChatFinishReason.ContentFilter, "SAFETY", "no", 5L), (answer.FinishReason, answer.Updates[^1].AdditionalProperties![StreamingKeys.FinishReasonRaw], answer.Updates[^1].AdditionalProperties!["blockReasonMessage"], answer.Usage!.InputTokenCount));
    }

    [Fact]
    public async Task Decode_Usage_IsToldEarlyWhenItChangesAndOnceAtTheEnd()
    {
        const string First = ""","usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}""";
        DecodedAnswer answer = await Decoding.OfGeminiAsync(
            Part("""{"text":"a"}""", First) + Part("""{"text":"b"}""", First) + Part("""{"text":"c"}""", ""","usageMetadata":{"trafficType":"ON_DEMAND"}""")
            + End("STOP", ""","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":3,"thoughtsTokenCount":4,"toolUsePromptTokenCount":2,"cachedContentTokenCount":1,"totalTokenCount":14}"""));

        UsageDetails usage = answer.Usage!;
        Assert.Equal((5L, 7L, 14L, 1L, 4L, 2L), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount, usage.AdditionalCounts!["toolUsePromptTokenCount"]));
        Assert.Single(answer.Updates, update => update.AdditionalProperties?.ContainsKey(StreamingKeys.UsageSoFar) is true);
    }

    [Fact]
    public async Task Decode_UsageWithNulls_KeepsTheNumbersThatCame()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(
            Part("""{"text":"a"}""", ""","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":3,"thoughtsTokenCount":1,"totalTokenCount":9}""")
            + End("STOP", ""","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":null,"thoughtsTokenCount":null,"totalTokenCount":9}"""));

        Assert.Equal((5L, 4L, 9L, 1L), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount, answer.Usage.ReasoningTokenCount));
    }

    [Fact]
    public async Task Decode_Sources_AreToldOnce()
    {
        const string Grounding = ""","groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example/","title":"A"}}]},"urlContextMetadata":{"urlMetadata":[{"retrievedUrl":"https://a.example/"},{"retrievedUrl":"https://b.example/"}]}""";

        DecodedAnswer answer = await Decoding.OfGeminiAsync(Candidate($$"""{"content":{"parts":[{"text":"Hi"}]}{{Grounding}}}""") + Candidate($$"""{"finishReason":"STOP"{{Grounding}}}"""));

        Assert.Equal([("https://a.example/", "A"), ("https://b.example/", null)], answer.Contents.SelectMany(content => content.Annotations ?? []).Cast<CitationAnnotation>().Select(citation => (citation.Url!.AbsoluteUri, citation.Title)));
        Assert.IsType<JsonElement>(Assert.Single(answer.Updates, update => update.AdditionalProperties?.ContainsKey("groundingMetadata") is true).AdditionalProperties!["groundingMetadata"]);
    }

    [Theory]
    [InlineData("""{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}""", "data:image/png;base64,iVBORw0KGgo=")]
    [InlineData("""{"inlineData":{"mimeType":"","data":"iVBORw0KGgo="}}""", "data:application/octet-stream;base64,iVBORw0KGgo=")]
    [InlineData("""{"fileData":{"mimeType":"image/png","fileUri":"https://a.example/i.png"}}""", "image/png https://a.example/i.png")]
    [InlineData("""{"fileData":{"fileUri":"https://a.example/i.png"}}""", "application/octet-stream https://a.example/i.png")]
    [InlineData("""{"fileData":{"mimeType":"image/png","fileUri":"files/abc"}}""", nameof(HostedFileContent))]
    public async Task Decode_Data_IsContent(string part, string expected)
    {
        Assert.Contains(expected, AnswerText.Of(await Decoding.OfGeminiAsync(Part(part) + End("STOP"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}""")]
    [InlineData("""{"fileData":{"mimeType":"image/png","fileUri":"https://a.example/i.png"}""")]
    [InlineData("""{"fileData":{"mimeType":"image/png","fileUri":"files/abc"}""")]
    public async Task Decode_SignedData_KeepsItsSignatureForTheWayBack(string part)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part(part + ""","thoughtSignature":"sig"}""") + End("STOP"));

        AIContent content = Assert.Single(answer.Contents, content => content is DataContent or UriContent or HostedFileContent);
        Assert.Equal("sig", content.AdditionalProperties!["thoughtSignature"]);
        Assert.EndsWith(",\"thoughtSignature\":\"sig\"}", RequestJson.OfGemini([new ChatMessage(ChatRole.Assistant, [content])]).Body()["contents"]![0]!["parts"]![0]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_GroundingThatIsRepeated_IsToldWhenItChanges()
    {
        const string One = ""","groundingMetadata":{"webSearchQueries":["a"]}""";
        const string Two = ""","groundingMetadata":{"webSearchQueries":["a","b"]}""";

        DecodedAnswer answer = await Decoding.OfGeminiAsync(
            Candidate($$"""{"content":{"parts":[{"text":"a"}]}{{One}}}""") + Candidate($$"""{"content":{"parts":[{"text":"b"}]}{{One}}}""")
            + Candidate($$"""{"content":{"parts":[{"text":"c"}]}{{Two}}}""") + Candidate($$"""{"finishReason":"STOP"{{Two}}}"""));

        Assert.Equal("abc", answer.Text);
        Assert.Equal(2, answer.Updates.Count(update => update.AdditionalProperties?.ContainsKey("groundingMetadata") is true));
    }

    [Theory]
    [InlineData("[]", true)]
    [InlineData("""[{"code":401,"message":"no"}]""", true)]
    [InlineData("""[{"code":401,"message":"no"}]""", false)]
    [InlineData("[ \r\n ]", true)]
    [InlineData("[]", false)]
    public async Task Decode_EmptyArray_IsNoAnswer(string body, bool isArray) =>
        Assert.Equal(ChatErrorKind.Truncated, (await Decoding.OfGeminiAsync(body, isArray)).FailureKind);

    [Theory]
    [InlineData("""{"candidates":[{"content":"x"}]}""")]
    [InlineData("""{"candidates":[{"content":[]}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":"f"}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","partialArgs":{}}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":"x"}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"***"}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"png","data":"iVBORw0KGgo="}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":5,"data":"iVBORw0KGgo="}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":5}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"fileData":5}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"fileData":{"mimeType":"png","fileUri":"https://a.example/i"}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"fileData":{"mimeType":"image/png","fileUri":5}}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":["x"]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"x","thought":"true"}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"x","thought":"true","thoughtSignature":"sig"}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":5}]}}]}""")]
    [InlineData("""{"candidates":[{"finishReason":1}]}""")]
    [InlineData("""{"candidates":[{"finishReason":{}}]}""")]
    [InlineData("""{"candidates":[{"finishReason":"STOP","groundingMetadata":"x"}]}""")]
    [InlineData("""{"candidates":[{"finishReason":"STOP","citationMetadata":5}]}""")]
    [InlineData("""{"promptFeedback":"blocked"}""")]
    [InlineData("""{"promptFeedback":{"blockReason":5}}""")]
    [InlineData("""{"candidates":[{"index":{"a":1},"content":{"parts":[{"text":"x"}]}}]}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"x"}]}}],"usageMetadata":[1]}""")]
    public async Task Decode_KnownMemberOfAnotherShape_FailsLoudly(string response)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part("""{"text":"Hi"}""") + Event(response) + End("STOP"));

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }

    [Theory]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"H\"}{"}]}}]},{"candidates":[{"content":{"parts":[{"text":"i"}]},"finishReason":"STOP"}]}]""", true)]
    [InlineData("[\r\n{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"H\\\"}{\"}]}}]}\r\n,\r\n{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"i\"}]},\"finishReason\":\"STOP\"}]}", true)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"H\"}{i"}]}}]}]""", true)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"H\"}{i"}]},"finishReason":"STOP"}]}""", true)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"H\"}{i"}]},"finishReason":"STOP"}]}""", false)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"H\"}{i"}]},"finishReason":"STOP"}]}]""", false)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"H\"}{i"}]}}]},{"usageMetadata":{"promptTokenCount":1}},{"candidates":[{"finishReason":"STOP"}]}]""", true)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"H\"}{i"}]}}]},{"usageMetadata":{"promptTokenCount":1}},{"candidates":[{"finishReason":"STOP"}]}]""", false)]
    public async Task Decode_ArrayOrWholeBody_IsTheSameAnswer(string body, bool isArray)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(body, isArray);

        Assert.Null(answer.Failure);
        Assert.Equal("H\"}{i", answer.Text);
    }

    [Theory]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}""", ChatErrorKind.Truncated)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}""", ChatErrorKind.Truncated, false)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]},{"candidates":[""", ChatErrorKind.Truncated)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]},{"candidates":[""", ChatErrorKind.Truncated, false)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]},{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}]""", ChatErrorKind.Overloaded)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]},{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}]""", ChatErrorKind.Overloaded, false)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]},17]""", ChatErrorKind.MalformedStream)]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]},{"candidates":5}]""", ChatErrorKind.MalformedStream)]
    public async Task Decode_ArrayThatBreaks_FailsBehindWhatCame(string body, ChatErrorKind kind, bool isArray = true)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(body, isArray);

        Assert.Equal(("Hi", kind), (answer.Text, answer.FailureKind));
    }

    [Theory]
    [InlineData("""{"text":null}""", "finish stop(STOP) | done")]
    [InlineData("""{"text":null,"thoughtSignature":"sig"}""", "protected sig | finish stop(STOP) | done")]
    [InlineData("""{"thoughtSignature":"sig"}""", "protected sig | finish stop(STOP) | done")]
    [InlineData("null", "finish stop(STOP) | done")]
    public async Task Decode_PartThatSaysNothing_IsNoContent(string part, string expected) =>
        Assert.Equal(expected, AnswerText.Of(await Decoding.OfGeminiAsync(Part(part) + End("STOP"))));

    [Theory]
    [InlineData("""{"text":5}""")]
    [InlineData("""{"text":5},{"text":"x"}""")]
    public async Task Decode_TextOfAnotherShape_FailsLoudly(string parts)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part("""{"text":"Hi"}""") + Part(parts) + End("STOP"));

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }

    private static string Event(string json) => $"data: {json}\r\n\r\n";

    private static string Candidate(string candidate) => Event($$"""{"candidates":[{{candidate}}],"responseId":"r1","modelVersion":"gemini"}""");

    private static string Part(string parts, string more = "") => Event($$"""{"candidates":[{"content":{"parts":[{{parts}}],"role":"model"},"index":0}],"responseId":"r1","modelVersion":"gemini"{{more}}}""");

    private static string Call(string call) => Part($$"""{"functionCall":{{call}}}""");

    private static string End(string reason, string more = "") => Event($$"""{"candidates":[{"finishReason":"{{reason}}","index":0}],"responseId":"r1"{{more}}}""");
}
