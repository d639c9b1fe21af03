using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Providers.Gemini;

/// <summary>Function calls, whole and in pieces, as careless servers write them too.</summary>
public sealed class GeminiCallTests
{
    private const string End = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n";

    // A path of so many steps is deeper than any reader follows.
    private static readonly string Deep = string.Concat(Enumerable.Repeat(".a", 2000));

    [Theory]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":{"b":1,"b":2}}""", """{"a":{"b":2}}""")]
    [InlineData("""{"a":"\ud83d"}""", """{"a":"�"}""")]
    [InlineData(""" "{\"x\":1}" """, """{"x":1}""")]
    [InlineData("\"\"", "{}")]
    [InlineData("null", "{}")]
    [InlineData("[1]", "raw [1]")]
    [InlineData("5", "raw 5")]
    [InlineData("\"not JSON\"", "raw not JSON")]
    public async Task Decode_WholeArguments_AreThoseOrTheirText(string arguments, string expected)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Call($$"""{"name":"f","args":{{arguments}}}""") + End);

        Assert.Null(answer.Failure);
        Assert.Equal(expected, Arguments(answer));
    }

    [Theory]
    [InlineData("""{"jsonPath":"$.x","stringValue":"a\ud83d","willContinue":true},{"jsonPath":"$.x","stringValue":"\ude00b"}""", """{"x":"a\uD83D\uDE00b"}""")]
    [InlineData("""{"jsonPath":"$.x","stringValue":"a\ud83d","willContinue":true},{"jsonPath":"$.x","stringValue":"b"}""", """{"x":"a�b"}""")]
    [InlineData("""{"jsonPath":"$.x","stringValue":"New","willContinue":true},{"jsonPath":"$.x"}""", """{"x":"New"}""")]
    [InlineData("""{"jsonPath":"$.x","stringValue":"New"},{"jsonPath":"$.x","nullValue":null}""", """{"x":null}""")]
    [InlineData("""{"jsonPath":"$.x"}""", "{}")]
    public async Task Decode_Pieces_AreJoined(string pieces, string expected)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Call($$"""{"name":"f","partialArgs":[{{pieces}}]}""") + End);

        Assert.Null(answer.Failure);
        Assert.Equal(expected, Arguments(answer));
    }

    [Fact]
    public async Task Decode_PiecesBehindWholeArguments_AreAddedToThem()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(
            Call("""{"name":"f","args":{"a":{"b":1,"b":2}},"willContinue":true}""") + Call("""{"partialArgs":[{"jsonPath":"$.a.c","numberValue":3}]}""") + End);

        Assert.Null(answer.Failure);
        Assert.Equal("""{"a":{"b":2,"c":3}}""", Arguments(answer));
    }

    [Theory]
    [InlineData("MAX_TOKENS", ",\"willContinue\":true", """raw {"cmd":"rm -rf /tmp/" """)]
    [InlineData("STOP", ",\"willContinue\":true", """raw {"cmd":"rm -rf /tmp/" """)]
    [InlineData("MAX_TOKENS", "", """raw {"cmd":"rm -rf /tmp/" """)]
    [InlineData("STOP", "", """{"cmd":"rm -rf /tmp/"}""")]
    public async Task Decode_EndInsideACall_IsNoWholeOne(string reason, string goesOn, string expected)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(
            Call("""{"name":"run","willContinue":true}""") + Call($$"""{"partialArgs":[{"jsonPath":"$.cmd","stringValue":"rm -rf /tmp/"{{goesOn}}}],"willContinue":true}""")
            + End.Replace("STOP", reason, StringComparison.Ordinal));

        Assert.Null(answer.Failure);
        Assert.Equal(expected.TrimEnd(), Arguments(answer));
    }

    [Fact]
    public async Task Decode_SignatureOnALaterEntry_IsTheCalls()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Call("""{"name":"f","willContinue":true}""") + Call("{}", ",\"thoughtSignature\":\"sig\"") + End);

        Assert.Equal("sig", Assert.Single(answer.Contents.OfType<FunctionCallContent>()).AdditionalProperties!["thoughtSignature"]);
    }

    [Theory]
    [InlineData("""{"name":5,"args":{"x":1}}""")]
    [InlineData("""{"args":{"x":1}}""")]
    [InlineData("""{"name":"","args":{"x":1}}""")]
    [InlineData("""{"partialArgs":[{"jsonPath":"$.x","stringValue":"y"}],"willContinue":true}""")]
    [InlineData("""{"name":"f","willContinue":"true"}""")]
    [InlineData("""{"name":"f","partialArgs":[{"jsonPath":"$.x","stringValue":5}]}""")]
    [InlineData("""{"name":"f","partialArgs":[{"jsonPath":"$.x","numberValue":"\ud83d"}]}""")]
    [InlineData("""{"name":"f","partialArgs":[{"jsonPath":"$.x","numberValue":{"a":1,"a":2}}]}""")]
    [InlineData("""{"name":"f","partialArgs":[{"jsonPath":"$.x","boolValue":"true"}]}""")]
    public Task Decode_CallOfAnotherShape_FailsLoudly(string call) => FailsAsync(call);

    [Fact]
    public Task Decode_PathThatIsTooDeep_FailsLoudly() => FailsAsync($$"""{"name":"f","partialArgs":[{"jsonPath":"${{Deep}}","stringValue":"y"}]}""");

    [Fact]
    public async Task Decode_EntryThatEndsNothing_IsLeftAlone()
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Call("""{"name":"f"}""") + Call("{}") + End);

        Assert.Null(answer.Failure);
        Assert.Equal("{}", Arguments(answer));
    }

    private static async Task FailsAsync(string call)
    {
        DecodedAnswer answer = await Decoding.OfGeminiAsync(Part("""{"text":"Hi"}""") + Call(call) + End);

        Assert.Equal(("Hi", ChatErrorKind.MalformedStream), (answer.Text, answer.FailureKind));
    }

    private static string Arguments(DecodedAnswer answer)
    {
        var call = Assert.Single(answer.Contents.OfType<FunctionCallContent>());
        return call.Arguments is { } arguments ? AnswerText.Json(arguments) : $"raw {call.AdditionalProperties!["arguments_raw"]}";
    }

    private static string Part(string part) => $$$"""data: {"candidates":[{"content":{"parts":[{{{part}}}]}}]}""" + "\r\n\r\n";

    private static string Call(string call, string more = "") => Part($$"""{"functionCall":{{call}}{{more}}}""");
}
