using Microsoft.Extensions.AI;
using StreamingAdapters.Validation;
using static StreamingAdapters.Tests.Validation.Requests;

namespace StreamingAdapters.Tests.Validation;

public sealed class ToolOrderTests
{
    private static string Orphan(int message, string id, int content = 0) =>
        $"messages[{message}].Contents[{content}] is the result of a tool call ({id}) that no message before it has: keep the assistant's message with the call, or leave out the result.";

    private static string Open(int message, string id, string next) =>
        $"messages[{message}] holds a tool call ({id}) without a result before {next}: add a FunctionResultContent, or leave out the call.";

    [Fact]
    public void Check_CallsAndResultsInOrder_Pass() =>
        Assert.Empty(Check([User(), Assistant(Call("a"), Call("b")), Tool(Result("a")), Tool(Result("b")), Assistant(), User()]));

    [Fact]
    public void Check_ResultWithoutCall_SaysWhich() =>
        Assert.Equal([Orphan(1, "'a'")], Check([User(), Tool(Result("a"))]));

    [Fact]
    public void Check_ResultBeforeItsCall_SaysWhich() =>
        Assert.Equal([Orphan(1, "'a'")], Check([User(), Tool(Result("a")), Assistant(Call("a"))]));

    [Theory]
    [InlineData("", "an empty id")]
    [InlineData("what the user said", "an id of 18 characters")]
    [InlineData("call_1.2:3|4-5", "'call_1.2:3|4-5'")]
    public void Check_ResultWithoutCall_QuotesWordsAlone(string id, string quoted) =>
        Assert.Equal([Orphan(1, quoted)], Check([User(), Tool(Result(id))]));

    [Fact]
    public void Check_HalfAnsweredCallsBeforeUser_SayWhich() =>
        Assert.Equal([Open(1, "'b'", "the user's next message")], Check([User(), Assistant(Call("a"), Call("b")), Tool(Result("a")), User()]));

    [Fact]
    public void Check_HalfAnsweredCallsBeforeAnswer_SayWhich() =>
        Assert.Equal([Open(1, "'b'", "the next answer")], Check([User(), Assistant(Call("a"), Call("b")), Tool(Result("a")), Assistant(), User()]));

    [Fact]
    public void Check_HalfAnsweredCallsAtTheEnd_SayWhich() =>
        Assert.Equal([Open(1, "'b'", "the end of the conversation")], Check([User(), Assistant(Call("a"), Call("b")), Tool(Result("a"))]));

    [Fact]
    public void Check_CallIgnoredByUser_SaysWhich() =>
        Assert.Equal([Open(1, "'a'", "the user's next message")], Check([User(), Assistant(Call("a")), User("Never mind")]));

    [Fact]
    public void Check_LateResult_SaysCall() =>
        Assert.Equal(
            [Open(1, "'b'", "the next answer")],
            Check([User(), Assistant(Call("a"), Call("b")), Tool(Result("a")), Assistant(), Tool(Result("b"))]));

    [Fact]
    public void Check_CallsAtTheEndWithoutAnyResult_Pass() =>
        Assert.Empty(Check([User(), Assistant(Call("a"), Call("b"))]));

    [Fact]
    public void Check_AnswerOfSeveralMessages_IsOne() =>
        Assert.Empty(Check([User(), Assistant(Call("a")), Assistant("Also"), Assistant(Call("b")), Tool(Result("b"), Result("a")), Assistant(), User()]));

    [Fact]
    public void Check_ResultsInUserMessages_Count() =>
        Assert.Empty(Check([User(), Assistant(Call("a"), Call("b")), User(Result("a")), User(Result("b"), new TextContent("Go on"))]));

    [Fact]
    public void Check_ResultInTheAnswerItself_Counts() =>
        Assert.Empty(Check([User(), Assistant(Call("a"), Result("a"), new TextContent("It is sunny")), User()]));

    [Fact]
    public void Check_RepeatedIds_ArePairedInOrder()
    {
        Assert.Empty(Check([User(), Assistant(Call("a")), Tool(Result("a")), Assistant(Call("a")), Tool(Result("a")), Assistant(), User()]));
        Assert.Equal(
            [Open(3, "'a'", "the user's next message")],
            Check([User(), Assistant(Call("a")), Tool(Result("a")), Assistant(Call("a")), User()]));
    }

    [Fact]
    public void Check_CallThatTheProviderRan_NeedsNoResult() =>
        Assert.Empty(Check([User(), Assistant(new FunctionCallContent("a", "search") { InformationalOnly = true }), User()]));

    [Fact]
    public void Check_ResultOfACallThatTheProviderRan_Passes() =>
        Assert.Empty(Check([User(), Assistant(new FunctionCallContent("a", "search") { InformationalOnly = true }), Tool(Result("a")), User()]));

    [Fact]
    public void Check_HostedTools_AreTheProvidersOwn() =>
        Assert.Empty(Check([User(), Assistant(new McpServerToolCallContent("m", "search", "server"), new TextContent("Found")), User()]));

    [Fact]
    public void Check_ApprovedCall_WaitsForFunctionInvocation()
    {
        var request = new ToolApprovalRequestContent("r", Call("a"));

        Assert.Empty(Check([User(), Assistant(request), User(request.CreateResponse(approved: true))]));
        Assert.Empty(Check([User(), Assistant(Call("a"), request), User(request.CreateResponse(approved: false), new TextContent("Rather not"))]));
        Assert.Empty(Check([User(), Assistant(request), User(request.CreateResponse(approved: true)), Tool(Result("a")), Assistant(), User()]));
        Assert.Empty(Check([User(), Assistant(request), User(request.CreateResponse(approved: true)), Assistant(Call("a")), Tool(Result("a")), Assistant(), User()]));
    }

    [Fact]
    public void Check_ConversationOnTheServer_MayHoldTheCall() =>
        Assert.Empty(Check([Tool(Result("a"))], new ChatOptions { ConversationId = "conversation" }));

    [Fact]
    public void Check_AnyOrderAllowed_Passes() =>
        Assert.Empty(Check([Tool(Result("a")), Assistant(Call("b")), User()], rules: new StreamingValidationOptions { AllowAnyToolOrder = true }));
}
