using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Streams;

public sealed class FunctionCallsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("null")]
    [InlineData(" null ")]
    [InlineData("{}")]
    public void Create_NoArguments_GivesAnEmptyDictionary(string arguments)
    {
        FunctionCallContent call = FunctionCalls.Create("id", "f", arguments);

        Assert.Empty(call.Arguments!);
        Assert.Null(call.Exception);
        Assert.Null(call.AdditionalProperties);
    }

    [Fact]
    public void Create_Object_GivesItsMembers()
    {
        FunctionCallContent call = FunctionCalls.Create("id", "f", " {\"s\":\"é\",\"n\":1.50,\"z\":null,\"o\":{\"a\":[1]},\"s\":\"last\"} ");

        Assert.Equal(("id", "f"), (call.CallId, call.Name));
        Assert.Equal(["s", "n", "z", "o"], call.Arguments!.Keys);
        Assert.Equal("last", ((JsonElement)call.Arguments["s"]!).GetString());
        Assert.Equal("1.50", ((JsonElement)call.Arguments["n"]!).GetRawText());
        Assert.Null(call.Arguments["z"]);
        Assert.Equal("{\"a\":[1]}", ((JsonElement)call.Arguments["o"]!).GetRawText());
    }

    [Theory]
    [InlineData("{\"x\":\"unfin")]
    [InlineData("{\"x\":1}}")]
    [InlineData("{\"x\":1} {\"x\":2}")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("5")]
    [InlineData("not json ")]
    [InlineData("{\"a\":\"\\x\"}")]
    public void Create_NoObject_KeepsTheTextWithAnException(string arguments)
    {
        FunctionCallContent call = FunctionCalls.Create("id", "f", arguments);

        Assert.Null(call.Arguments);
        Assert.IsType<FormatException>(call.Exception);
        Assert.Contains("'f'", call.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(arguments.Trim(), call.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(arguments, call.AdditionalProperties!["arguments_raw"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Create_NoId_MakesEachItsOwn(string? id)
    {
        string[] ids = [.. Enumerable.Range(0, 10).Select(_ => FunctionCalls.Create(id, "f", "").CallId)];

        Assert.Equal(10, ids.Distinct().Count());
        Assert.All(ids, made => Assert.Matches("^call_[0-9a-f]{32}$", made));
    }

    // Escapes of half a pair inside of arguments: reading such an element would throw in the application.
    [Theory]
    [InlineData("{\"a\":\"\\ud83d\"}", "a", "\uFFFD")]
    [InlineData("{\"a\":\"x\\ude00y\"}", "a", "x\uFFFDy")]
    [InlineData("{\"a\":\"\\ud83d\\ude00\"}", "a", "😀")]
    [InlineData("{\"a\":\"\\\\ud83d\"}", "a", "\\ud83d")]
    [InlineData("{\"\\ud83d\":\"v\"}", "\uFFFD", "v")]
    public void Create_HalfSurrogates_AreReplaced(string arguments, string name, string value)
    {
        FunctionCallContent call = FunctionCalls.Create("id", "f", arguments);

        Assert.Null(call.Exception);
        Assert.Equal(value, ((JsonElement)call.Arguments![name]!).GetString());
    }
}
