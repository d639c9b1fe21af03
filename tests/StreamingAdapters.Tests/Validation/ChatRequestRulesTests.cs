using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Validation;
using static StreamingAdapters.Tests.Validation.Requests;

namespace StreamingAdapters.Tests.Validation;

public sealed class ChatRequestRulesTests
{
    private const string NoModel = "ChatOptions.ModelId is empty and the client has no default model: set one of them, or StreamingValidationOptions.AllowNoModel for a server that chooses.";

    private static readonly ResponseContinuationToken Token = ResponseContinuationToken.FromBytes(new byte[] { 1 });

    [Fact]
    public void Check_OrdinaryRequest_FindsNothing() =>
        Assert.Empty(Check([new ChatMessage(ChatRole.System, "Be kind."), User(), Assistant(), User()], new ChatOptions { Temperature = 1, TopP = 0.5f, TopK = 40, MaxOutputTokens = 100 }));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData(" ", null)]
    public void Check_NoModel_SaysSo(string? modelId, string? defaultModelId)
    {
        ChatValidationException? failure = ChatRequestRules.Check(
            [User()], new ChatOptions { ModelId = modelId }, new ChatClientMetadata("p", defaultModelId: defaultModelId), new StreamingValidationOptions(), characters: null);

        Assert.Equal([NoModel], failure?.Failures);
    }

    [Fact]
    public void Check_NoOptionsAndNoModel_SaysSo()
    {
        ChatValidationException? failure = ChatRequestRules.Check([User()], options: null, new ChatClientMetadata("p"), new StreamingValidationOptions(), characters: null);

        Assert.Equal([NoModel], failure?.Failures);
        Assert.Equal(ChatErrorKind.InvalidRequest, failure?.Kind);
        Assert.False(failure?.IsTransient);
    }

    [Theory]
    [InlineData("asked", null)]
    [InlineData(null, "default")]
    public void Check_OneModel_Passes(string? modelId, string? defaultModelId) =>
        Assert.Null(ChatRequestRules.Check(
            [User()], new ChatOptions { ModelId = modelId }, new ChatClientMetadata("p", defaultModelId: defaultModelId), new StreamingValidationOptions(), characters: null));

    [Fact]
    public void Check_NoModelThatAnyoneNeeds_Passes()
    {
        var silent = new ChatClientMetadata("p");
        var rules = new StreamingValidationOptions();

        Assert.Null(ChatRequestRules.Check([User()], options: null, client: null, rules, characters: null));
        Assert.Null(ChatRequestRules.Check([User()], new ChatOptions { RawRepresentationFactory = _ => "raw" }, silent, rules, characters: null));
        Assert.Null(ChatRequestRules.Check([User()], new ChatOptions { ContinuationToken = Token }, silent, rules, characters: null));
        Assert.Null(ChatRequestRules.Check([User()], options: null, silent, new StreamingValidationOptions { AllowNoModel = true }, characters: null));
    }

    [Fact]
    public void Check_NoMessages_SaysSo() =>
        Assert.Equal(["The request has no messages: add one, or set StreamingValidationOptions.AllowNoMessages."], Check([]));

    [Fact]
    public void Check_NoMessagesThatAnyoneNeeds_Passes()
    {
        Assert.Empty(Check([], new ChatOptions { ContinuationToken = Token }));
        Assert.Empty(Check([], rules: new StreamingValidationOptions { AllowNoMessages = true }));
    }

    [Fact]
    public void Check_NullMessage_SaysWhich() =>
        Assert.Equal(["messages[1] is null: leave it out."], Check([User(), null]));

    [Fact]
    public void Check_EmptyMessages_SayWhich() =>
        Assert.Equal(
            [
                "messages[0] is without content: write something into it, leave it out, or set StreamingValidationOptions.AllowEmptyMessages.",
                "messages[2] is empty text alone: write something into it, leave it out, or set StreamingValidationOptions.AllowEmptyMessages.",
                "messages[3] is empty text alone: write something into it, leave it out, or set StreamingValidationOptions.AllowEmptyMessages.",
            ],
            Check([new ChatMessage(ChatRole.System, []), User(), Assistant(new TextContent(""), new TextReasoningContent(null)), User("")]));

    [Fact]
    public void Check_EmptyMessagesThatMayBe_Pass()
    {
        Assert.Empty(Check([User("")], rules: new StreamingValidationOptions { AllowEmptyMessages = true }));
        Assert.Empty(Check([User(), Assistant(new TextReasoningContent("") { ProtectedData = "sealed" }), User()]));
        Assert.Empty(Check([User(), Assistant(new TextReasoningContent("") { RawRepresentation = new object() }), User()]));
        Assert.Empty(Check([new ChatMessage(ChatRole.User, []) { RawRepresentation = new object() }]));
        Assert.Empty(Check([User(new DataContent(new byte[] { 1 }, "image/png"))]));
        Assert.Empty(Check([User(" ")]));
    }

    [Fact]
    public void Check_BadContents_SayWhich()
    {
        var message = User();
        message.Contents.Add(null!);
        message.Contents.Add(new UriContent(new Uri("secret.png", UriKind.Relative), "image/png"));

        Assert.Equal(
            [
                "messages[0].Contents[1] is null: leave it out.",
                "messages[0].Contents[2] links to a relative address: give an absolute one, or load it into a DataContent.",
            ],
            Check([message]));
    }

    [Theory]
    [InlineData("image/*", "image/png", true)]
    [InlineData("IMAGE/*", "image/png", true)]
    [InlineData("image/png", "image/png", true)]
    [InlineData("*/*", "application/pdf", true)]
    [InlineData("image/*", "audio/wav", false)]
    [InlineData("image/jpeg", "image/png", false)]
    [InlineData("text/plain", "text/plain;charset=utf-8", true)]
    public void Check_UnsupportedContents_SaysType(string pattern, string mediaType, bool isRefused)
    {
        var rules = new StreamingValidationOptions { UnsupportedContents = { pattern } };

        IReadOnlyList<string> failures = Check([User(new TextContent("What is this?"), new DataContent(new byte[] { 1 }, mediaType))], rules: rules);

        Assert.Equal(
            isRefused ? [$"messages[0].Contents[1] is of type {mediaType}, which StreamingValidationOptions.UnsupportedContents excludes: leave it out, or use a model that takes it."] : [],
            failures);
    }

    [Fact]
    public void Check_FileThatDoesNotSayWhatItIs_IsExcludedWithEverythingAlone()
    {
        ChatMessage[] messages = [User(new HostedFileContent("file-1"))];

        Assert.Single(Check(messages, rules: new StreamingValidationOptions { UnsupportedContents = { "*/*" } }));
        Assert.Empty(Check(messages, rules: new StreamingValidationOptions { UnsupportedContents = { "image/*" } }));
    }

    [Fact]
    public void Check_Limits_SayNumberAndLimit()
    {
        var rules = new StreamingValidationOptions { MaxMessages = 1, MaxCharacters = 9, MaxTools = 0 };
        var options = new ChatOptions { Instructions = "1", Tools = [AIFunctionFactory.CreateDeclaration("a", null, default)] };
        ChatMessage[] messages =
        [
            User("22"),
            Assistant(new TextReasoningContent("333"), Call("c")),
            Tool(new FunctionResultContent("c", "4444")),
        ];

        Assert.Equal(
            [
                "The request has 3 messages: StreamingValidationOptions.MaxMessages is 1. Leave out older ones, or raise the limit.",
                "The request has 10 characters of text: StreamingValidationOptions.MaxCharacters is 9. Shorten it, or raise the limit.",
                "ChatOptions.Tools has 1 tools: StreamingValidationOptions.MaxTools is 0. Leave out some, or raise the limit.",
            ],
            Check(messages, options, rules));
        Assert.Empty(Check(messages, options, new StreamingValidationOptions { MaxMessages = 3, MaxCharacters = 10, MaxTools = 1 }));
    }

    [Fact]
    public void Check_ManyFailures_AreAllCountedAndNotAllListed()
    {
        IReadOnlyList<string> failures = Check([.. Enumerable.Repeat<ChatMessage?>(null, 60)]);

        Assert.Equal(51, failures.Count);
        Assert.Equal("The request has 10 more failures, which are left out here.", failures[^1]);
    }

    [Fact]
    public void Check_SeveralFailures_AreOneExceptionWithoutTheirText()
    {
        ChatValidationException? failure = ChatRequestRules.Check(
            [new ChatMessage(ChatRole.User, "secret prompt"), null], new ChatOptions { Temperature = 3, TopK = 0 }, Client, new StreamingValidationOptions { MaxCharacters = 1 }, 13);

        Assert.Equal(4, failure?.Failures.Count);
        Assert.DoesNotContain("secret", failure?.ToString(), StringComparison.Ordinal);
    }
}
