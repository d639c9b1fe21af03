using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Providers.OpenAI;

/// <summary>What a server would refuse is not sent.</summary>
public sealed class OpenAIRequestRulesTests
{
    [Theory]
    [InlineData("My Agent <1>", "MyAgent1")]
    [InlineData("日本", null)]
    [InlineData("a_b-c", "a_b-c")]
    public async Task Map_AuthorName_KeepsWhatTheServerTakes(string author, string? expected)
    {
        JsonObject body = await BodyAsync([new(ChatRole.User, "hello") { AuthorName = author }]);

        Assert.Equal(expected, (string?)body["messages"]![0]!["name"]);
    }

    [Fact]
    public async Task Map_CallersOwnStreamFalse_AsksForNoStreamOptions()
    {
        JsonObject body = await BodyAsync([new(ChatRole.User, "hello")], new ChatOptions { RawRepresentationFactory = _ => new JsonObject { ["stream"] = false } });

        Assert.False((bool)body["stream"]!);
        Assert.False(body.ContainsKey("stream_options"));
    }

    [Fact]
    public async Task Map_LimitUnderBothNames_SendsOne()
    {
        JsonObject body = await BodyAsync(
            [new(ChatRole.User, "hello")], new ChatOptions { MaxOutputTokens = 5, AdditionalProperties = new() { ["max_completion_tokens"] = 7, ["user"] = "u" } });

        Assert.Equal(5, (int)body["max_tokens"]!);
        Assert.False(body.ContainsKey("max_completion_tokens"));
        Assert.Equal("u", (string?)body["user"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Map_CallAndResultInOneMessage_SendsTheCallFirst(bool ollama)
    {
        ChatMessage both = new(ChatRole.Assistant, [new FunctionCallContent("a", "f", new Dictionary<string, object?>()), new FunctionResultContent("a", "done")]);

        JsonObject body = await BodyAsync([new(ChatRole.User, "hello"), both], ollama: ollama);

        Assert.Equal(["user", "assistant", "tool"], body["messages"]!.AsArray().Select(message => (string?)message!["role"]));
    }

    [Theory]
    [InlineData("https://x.openai.azure.com", "https://x.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://x.openai.azure.com/openai", "https://x.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://x.openai.azure.com/openai/v1/", "https://x.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://gateway/azure", "https://gateway/azure/chat/completions")]
    public async Task Map_AzureAddress_EndsInTheApisPath(string endpoint, string expected)
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Status(500));
        using var client = new OpenAIChatClient(
            new OpenAIOptions { Dialect = OpenAIDialect.AzureOpenAI, Endpoint = new Uri(endpoint), ApiKey = "k", Model = "m" }, new HttpClient(handler));

        await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync("hello"));

        Assert.Equal(expected, handler.Exchanges[0].Uri?.AbsoluteUri);
        Assert.Equal("k", handler.Exchanges[0].Headers["api-key"]);
    }

    [Theory]
    [InlineData("Content-Type", "text/plain")]
    [InlineData("a b", "zz9")]
    [InlineData("X-Name", "line\nbreak")]
    public void Create_HeaderThatCannotBeSent_FailsAndQuotesNoValue(string name, string value)
    {
        var exception = Assert.Throws<ChatValidationException>(() => new OllamaChatClient(new OllamaOptions { Headers = { [name] = value } }));

        Assert.Equal("ollama", exception.Provider);
        Assert.Contains($"'{name}'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk-\n123")]
    [InlineData("sk-é")]
    public void Create_KeyThatNoHeaderCanCarry_FailsWithoutQuotingIt(string key)
    {
        var exception = Assert.Throws<ChatValidationException>(() => new OpenAIChatClient(new OpenAIOptions { ApiKey = key }));

        Assert.Contains("OpenAIOptions.ApiKey", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> BodyAsync(ChatMessage[] messages, ChatOptions? options = null, bool ollama = false)
    {
        var handler = new ScriptedHttpHandler(ScriptedHttpResponse.Status(500));
        using var http = new HttpClient(handler);
        using IChatClient client = ollama
            ? new OllamaChatClient(new OllamaOptions { Model = "m" }, http)
            : new OpenAIChatClient(new OpenAIOptions { Dialect = OpenAIDialect.Generic, Endpoint = new Uri("http://localhost:1"), Model = "m" }, http);
        await Assert.ThrowsAsync<ChatProviderException>(() => client.GetResponseAsync(messages, options));
        return JsonNode.Parse(handler.Exchanges[0].Body.Span)!.AsObject();
    }
}
