using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.LMStudio.LMStudioWire;

namespace StreamingAdapters.Tests.Providers.LMStudio;

/// <summary>Events of LM Studio's own API to updates, whole and byte by byte, with the fast path on and off.</summary>
public sealed class LMStudioStreamDecoderTests
{
    [Fact]
    public async Task Decode_WholeAnswer_HasTextReasoningUsageAndWhatToGoOnFrom()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Event("reasoning.start") + Reasoning("Hm") + Reasoning("m.") + Event("reasoning.end") + Event("message.start") + Text("One") + Text(" two") + Event("message.end") + End);

        ChatResponseUpdate last = answer.Updates[^1];
        Assert.Null(answer.Failure);
        Assert.Equal(("One two", "Hmm.", ChatFinishReason.Stop), (answer.Text, answer.Reasoning, answer.FinishReason!.Value));
        Assert.Equal((10, 7, 17, 2), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount, answer.Usage.ReasoningTokenCount));
        Assert.Equal(("resp_1", "qwen"), (last.ConversationId, last.ModelId));
        Assert.Equal((43.5, 0.5, 2.0), (last.AdditionalProperties!["tokens_per_second"], last.AdditionalProperties["time_to_first_token_seconds"], last.AdditionalProperties["model_load_time_seconds"]));
        Assert.Single(answer.Updates.Select(update => update.MessageId).Distinct());
    }

    [Fact]
    public async Task Decode_LoadingAndReadingThePrompt_IsToldFrom0To1()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(
            Start + Event("model_load.start", "\"model_instance_id\":\"qwen\"") + Event("model_load.progress", "\"progress\":0.65") + Event("model_load.end", "\"load_time_seconds\":12.3")
            + Event("prompt_processing.start") + Event("prompt_processing.progress", "\"progress\":0.5") + Event("prompt_processing.end") + Text("x") + End);

        Assert.Equal([0.0, 0.65, 1.0], Told(answer, StreamingKeys.ModelLoad));
        Assert.Equal([0.0, 0.5, 1.0], Told(answer, StreamingKeys.PromptProgress));
        Assert.All(answer.Updates.Take(6), update => Assert.Empty(update.Contents));
        Assert.Equal("x", answer.Text);
    }

    [Theory]
    [InlineData("tool_call.success", """ "tool":"search","arguments":{"a":1},"output":"[]","provider_info":{"type":"plugin","plugin_id":"mcp/x"}""")]
    [InlineData("tool_call.failure", """ "reason":"Cannot find tool.","metadata":{"type":"invalid_name","tool_name":"search"}""")]
    public async Task Decode_CallOfTheServersTool_IsTheEventAndNoCallOfTheApplication(string type, string members)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Event("tool_call.start", "\"tool\":\"search\"") + Event("tool_call.arguments", "\"tool\":\"search\",\"arguments\":{}") + Event(type, members) + Text("x") + End);

        AIContent call = Assert.Single(answer.Contents, content => content.GetType() == typeof(AIContent));
        Assert.Equal(type, ((JsonElement)call.RawRepresentation!).GetProperty("type").GetString());
        Assert.Equal(call.RawRepresentation, call.AdditionalProperties!["lmstudio_item"]);
        Assert.Empty(answer.Contents.OfType<FunctionCallContent>());
    }

    [Theory]
    [InlineData(7, "length")]
    [InlineData(8, "stop")]
    [InlineData(null, "stop")]
    [InlineData(-1, "stop")]
    public async Task Decode_AsManyTokensAsAllowed_IsCut(int? bound, string reason)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("x") + End, bound);

        Assert.Equal(reason, answer.FinishReason!.Value.Value);
    }

    [Theory]
    [InlineData("invalid_request", ChatErrorKind.InvalidRequest)]
    [InlineData("unknown", ChatErrorKind.Unknown)]
    [InlineData("mcp_connection_error", ChatErrorKind.ServerError)]
    [InlineData("plugin_connection_error", ChatErrorKind.ServerError)]
    [InlineData("not_implemented", ChatErrorKind.UnsupportedFeature)]
    [InlineData("model_not_found", ChatErrorKind.ModelNotFound)]
    [InlineData("job_not_found", ChatErrorKind.ServerError)]
    [InlineData("internal_error", ChatErrorKind.ServerError)]
    public async Task Decode_Error_IsThrownBehindTextAndUsage(string type, ChatErrorKind kind)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("One") + Error(type) + Text("no more") + End);

        var failure = Assert.IsType<ChatProviderException>(answer.Failure);
        Assert.Equal((kind, "One", 7), (failure.Kind, answer.Text, answer.Usage!.OutputTokenCount));
        Assert.Null(answer.FinishReason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data: [DONE]\n\n")]
    [InlineData("data: {\"type\":\n\n")]
    [InlineData("event: error\ndata: {\"error\":{\"type\":\"unknown\",\"message\":\"another\"}}\n\n")]
    public async Task Decode_ErrorWithoutItsEnd_IsThrownAllTheSame(string rest)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("One") + Error("internal_error", "first") + rest);

        Assert.Equal(("One", "first"), (answer.Text, Assert.IsType<ChatProviderException>(answer.Failure).ProviderMessage));
    }

    [Theory]
    [InlineData("event: error\ndata: the model crashed\n\n", "the model crashed")]
    [InlineData("error: the model crashed\n\n", "the model crashed")]
    [InlineData("data: {\"error\":{\"message\":\"bad\"}}\n\n", "bad")]
    public async Task Decode_ErrorOfAnotherForm_IsOne(string frame, string message)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("One") + frame);

        Assert.Equal(message, Assert.IsType<ChatProviderException>(answer.Failure).ProviderMessage);
    }

    [Fact]
    public async Task Decode_BareError_IsOne()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync("""{"error":{"type":"model_not_found","message":"no such model"}}""");

        Assert.Equal(ChatErrorKind.ModelNotFound, answer.FailureKind);
    }

    [Fact]
    public async Task Decode_WithoutEnd_IsTruncated()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("One") + Event("message.end"));

        Assert.Equal((ChatErrorKind.Truncated, "One"), (answer.FailureKind, answer.Text));
    }

    [Fact]
    public async Task Decode_WholeBody_IsTheAnswerInParts()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(
            $$"""{"model_instance_id":"qwen","output":[{"type":"reasoning","content":"Hm"},{"type":"tool_call","tool":"search","arguments":{},"output":"[]"},{"type":"message","content":"\u00e9!"}],"stats":{{Statistics}},"response_id":"resp_2"}""");

        Assert.Null(answer.Failure);
        Assert.Equal(("é!", "Hm", 7, "resp_2"), (answer.Text, answer.Reasoning, answer.Usage!.OutputTokenCount, answer.Updates[^1].ConversationId));
        Assert.Single(answer.Contents, content => content.GetType() == typeof(AIContent));
    }

    [Fact]
    public async Task Decode_ContentInTheEndAlone_IsTheAnswer()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Event("chat.end", $$$""" "result":{"output":[{"type":"reasoning","content":"Hm"},{"type":"message","content":"Hi"}],"stats":{{{Statistics}}}}"""));

        Assert.Null(answer.Failure);
        Assert.Equal(("Hi", "Hm", 7), (answer.Text, answer.Reasoning, answer.Usage!.OutputTokenCount));
    }

    [Theory]
    [InlineData("x", "x", null)]
    [InlineData("", "", ChatErrorKind.ServerError)]
    public async Task Decode_ContentInTheEndToo_IsToldOnceAndNeverBehindAnError(string text, string expected, ChatErrorKind? kind)
    {
        string before = text.Length > 0 ? Text(text) : Error("internal_error");
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + before + Event("chat.end", """ "result":{"output":[{"type":"message","content":"x"},{"type":"tool_call","tool":"t"}]}"""));

        Assert.Equal((expected, kind), (answer.Text, answer.FailureKind));
        Assert.DoesNotContain(answer.Contents, content => content.GetType() == typeof(AIContent));
    }

    [Fact]
    public async Task Decode_UnkeptAnswer_HasNothingToGoOnFrom()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("x") + EndOf("\"stats\":{}"));

        Assert.Null(answer.Failure);
        Assert.All(answer.Updates, update => Assert.Null(update.ConversationId));
        Assert.Null(answer.Usage);
    }

    [Fact]
    public async Task Decode_UnknownEvents_AreLeftAlone()
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Event("news.of.tomorrow", "\"content\":\"no text\"") + "data:\n\n" + Text("x") + Event("message.delta") + End);

        Assert.Equal(("x", null), (answer.Text, answer.Failure));
    }

    [Theory]
    [InlineData("\"content\":5")]
    [InlineData("\"content\":{}")]
    public async Task Decode_TextOfTheWrongShape_IsMalformed(string member)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("One") + Event("message.delta", member) + End);

        Assert.Equal((ChatErrorKind.MalformedStream, "One"), (answer.FailureKind, answer.Text));
    }

    [Theory]
    [InlineData("model_load.progress")]
    [InlineData("prompt_processing.progress")]
    public async Task Decode_ProgressOfTheWrongShape_IsMalformed(string type)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Event(type, "\"progress\":\"0.5\"") + Text("no more") + End);

        Assert.Equal((ChatErrorKind.MalformedStream, ""), (answer.FailureKind, answer.Text));
    }

    [Theory]
    [InlineData("\"result\":5")]
    [InlineData("\"result\":{\"stats\":[]}")]
    [InlineData("\"result\":{\"response_id\":5}")]
    [InlineData("\"result\":{\"output\":\"Hi\"}")]
    public async Task Decode_EndOfTheWrongShape_IsMalformed(string member)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Text("One") + Event("chat.end", member));

        Assert.Equal((ChatErrorKind.MalformedStream, "One"), (answer.FailureKind, answer.Text));
    }

    [Theory]
    [InlineData("""{"output":[{"type":"message","content":5}]}""")]
    [InlineData("""{"output":[{"type":"message","content":"x"}],"stats":1}""")]
    [InlineData("""{"output":"Hi"}""")]
    public async Task Decode_WholeBodyOfTheWrongShape_IsACut(string body)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(body);

        // A body without events has no end of its own: what cannot be read there is cut.
        Assert.Equal(ChatErrorKind.Truncated, answer.FailureKind);
    }

    [Theory]
    [InlineData(null, ChatErrorKind.EmptyResponse)]
    [InlineData(7, null)]
    public async Task Decode_WholeAnswerWithoutContent_IsEmptyUnlessItsBoundCutIt(int? bound, ChatErrorKind? kind)
    {
        DecodedAnswer answer = await Decoding.OfLMStudioAsync(Start + Event("message.start") + Event("message.end") + End, bound);

        Assert.Equal((kind, 7), (answer.FailureKind, answer.Usage!.OutputTokenCount));
    }

    private static IEnumerable<object?> Told(DecodedAnswer answer, string key) => answer.Updates.Select(update => update.AdditionalProperties?.GetValueOrDefault(key)).Where(value => value is not null);
}
