using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Providers.OpenAIResponses;
using StreamingAdapters.Tests.Recordings;
using static StreamingAdapters.Tests.Providers.OpenAIResponses.ResponsesWire;

namespace StreamingAdapters.Tests.Providers.OpenAIResponses;

/// <summary>The ends of parts, items and answers repeat what deltas told: what no delta told is taken from there, once.</summary>
public sealed class OpenAIResponsesRepeatsTests
{
    private const string Reasoning = """{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]}""";
    private const string Message = """{"id":"m","type":"message","content":[{"type":"output_text","text":"Hi"}]}""";
    private const string Call = """{"id":"fc","type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"}""";
    private const string Begun = """{"id":"fc","type":"function_call","call_id":"c1","name":"f","arguments":""}""";

    private static string Thought => Added(0, """{"id":"rs_1","type":"reasoning","summary":[]}""") + Delta("reasoning_summary_text", 0, "hm") + Done(0, Reasoning);

    /// <summary>What it shows, the events, and the answer.</summary>
    public static TheoryData<string, string, string> Answers => new()
    {
        { "a call in the end alone", Text("Hi") + End("completed", output: $"{Message},{Call}"), """T:Hi | call c1 f {"x":1} | usage 10/7/17 cached 2 reasoning 3 | finish tool_calls(completed) | done""" },
        { "a call that events told too", Added(0, Begun) + Done(0, Call) + Delta("output_text", 1, "Hi") + End("completed", output: $"{Call},{Message}"), """call c1 f {"x":1} | T:Hi | usage 10/7/17 cached 2 reasoning 3 | finish tool_calls(completed) | done""" },
        { "a call that has another id in the end", Added(0, Begun) + Done(0, Call) + End("completed", output: Call.Replace("c1", "c2", StringComparison.Ordinal)), """call c1 f {"x":1} | usage 10/7/17 cached 2 reasoning 3 | finish tool_calls(completed) | done""" },
        { "a call whose beginning has the first of its arguments", Added(0, Begun.Replace("\"\"", "\"{\"", StringComparison.Ordinal)) + Event("response.function_call_arguments.done", """ "output_index":0,"arguments":"{\"x\":1}" """) + Stop, """call c1 f {"x":1} | usage 10/7/17 cached 2 reasoning 3 | finish tool_calls(completed) | done""" },
        { "a call whose item does not end", Text("Hi") + Added(1, Begun) + End("completed", output: $"{Message},{Call}"), """T:Hi | call c1 f {"x":1} | usage 10/7/17 cached 2 reasoning 3 | finish tool_calls(completed) | done""" },
        { "a call whose arguments alone end", Added(0, Begun) + Event("response.function_call_arguments.done", """ "output_index":0,"arguments":"{\"x\":1}" """) + Stop, """call c1 f {"x":1} | usage 10/7/17 cached 2 reasoning 3 | finish tool_calls(completed) | done""" },
        { "a custom call whose input alone ends", Added(0, """{"type":"custom_tool_call","call_id":"c1","name":"sql","input":""}""") + Event("response.custom_tool_call_input.done", """ "output_index":0,"input":"SELECT 1" """) + Stop, """call c1 sql {"input":"SELECT 1"} | usage 10/7/17 cached 2 reasoning 3 | finish tool_calls(completed) | done""" },
        { "text in the end alone, behind reasoning", Thought + End("completed", output: $"{Reasoning},{Message}"), "R:hm | T:Hi | usage 10/7/17 cached 2 reasoning 3 | finish stop(completed) | done" },
        { "a refusal in the end alone, behind reasoning", Thought + End("completed", output: """{"type":"message","content":[{"type":"refusal","refusal":"No"}]}"""), "R:hm | Refusal: No | usage 10/7/17 cached 2 reasoning 3 | finish stop(completed) | done" },
        { "two messages in the end alone", Thought + End("completed", output: $"{Message},{Reasoning},{Message}"), "R:hm | T:Hi | T:Hi | usage 10/7/17 cached 2 reasoning 3 | finish stop(completed) | done" },
        { "parts without deltas", PartDone("one ") + PartDone("two") + Done(0, """{"type":"message","content":[{"type":"output_text","text":"one "},{"type":"output_text","text":"two"}]}""") + Stop, "T:one  | T:two | usage 10/7/17 cached 2 reasoning 3 | finish stop(completed) | done" },
        { "parts with deltas", Text("one ") + PartDone("one ") + Text("two") + PartDone("two") + Stop, "T:one  | T:two | usage 10/7/17 cached 2 reasoning 3 | finish stop(completed) | done" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Decode_Repeats_GiveWhatIsMissingOnce(string what, string events, string expected)
    {
        string actual = AnswerText.Of(await Decoding.OfResponsesAsync(Start + events));

        Assert.True(expected == actual, $"{what}: {actual}");
    }

    [Theory]
    [InlineData("""{"x":1}""")]
    [InlineData("""{"x":"cut \ud83d"}""")]
    public async Task Decode_ArgumentsAsAnObject_AreTakenWhole(string arguments)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Done(0, Begun.Replace("\"\"", arguments, StringComparison.Ordinal)) + Stop);

        Assert.Equal($"call c1 f {arguments.Replace("\\ud83d", "\uFFFD", StringComparison.Ordinal)}", AnswerText.Of(answer).Split(" | ")[0]);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("""["x"]""")]
    public async Task Decode_ArgumentsThatAreNoObject_AreHandedOutUnreadable(string arguments)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Done(0, Begun.Replace("\"\"", arguments, StringComparison.Ordinal)) + Stop);

        Assert.Equal($"call c1 f raw {arguments}", AnswerText.Of(answer).Split(" | ")[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Decode_ReasoningAtItsEndAlone_KeepsItsItemThroughTheAggregate(bool isOpened)
    {
        const string Whole = """{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],"encrypted_content":"enc"}""";
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            Start + (isOpened ? Added(0, """{"id":"rs_1","type":"reasoning","summary":[]}""") : "") + Done(0, Whole) + Delta("output_text", 1, "Hi") + Stop);

        TextReasoningContent reasoning = Assert.Single(answer.Updates.ToChatResponse().Messages.Single().Contents.OfType<TextReasoningContent>());
        Assert.Equal(("ab", "enc", "rs_1"), (reasoning.Text, reasoning.ProtectedData, reasoning.AdditionalProperties?["openai_item_id"]));
    }

    [Fact]
    public async Task Decode_CallTakenUpAgain_IsCompletedFromTheEnd()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Added(0, Begun) + End("completed", output: $"{Call},{Call.Replace("c1", "c2", StringComparison.Ordinal)}"), new("resp_1", 5));

        Assert.Equal("c1", Assert.Single(answer.Contents.OfType<FunctionCallContent>()).CallId);
    }

    [Theory]
    [InlineData("", ChatErrorKind.Truncated)]
    [InlineData("data: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"boom\"}\n\n", ChatErrorKind.ServerError)]
    public async Task Decode_RefusalBeforeAFailure_IsDelivered(string end, ChatErrorKind kind)
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(Start + Delta("refusal", 0, "I ") + Delta("refusal", 0, "can't") + end);

        Assert.Equal(("I can't", kind), (Assert.Single(answer.Contents.OfType<ErrorContent>()).Message, answer.FailureKind));
    }

    private static string PartDone(string text) => Event("response.output_text.done", $""" "output_index":0,"text":"{text}" """);

    [Fact]
    public async Task Decode_WholeAnswerInPlaceOfItsRest_FailsAndHandsNothingOutTwice()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync(
            """{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hi there"}]}]}""", new OpenAIResponsesToken("resp_1", 5));

        Assert.Equal(("", ChatErrorKind.UnsupportedFeature), (answer.Text, answer.FailureKind));
    }

    [Fact]
    public async Task Decode_WholeBodyWithAnErrorAndNoStatus_Fails()
    {
        DecodedAnswer answer = await Decoding.OfResponsesAsync("""{"id":"resp_1","object":"response","error":{"code":"server_error","message":"boom"},"output":[]}""");

        Assert.Equal(ChatErrorKind.ServerError, answer.FailureKind);
    }
}
