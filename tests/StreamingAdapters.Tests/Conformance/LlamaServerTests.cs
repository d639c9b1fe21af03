using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>What llama.cpp's real server shows and no suite can ask for.</summary>
[Collection(LlamaServers.Collection)]
public sealed class LlamaServerTests
{
    private const string Variable = "ADAPTERS_LLAMA_ENDPOINT";
    private const string DirtyVariable = "ADAPTERS_LLAMA_DIRTY_ENDPOINT";

    public static IEnumerable<ITheoryDataRow> Models => LlamaServers.Rows(Variable, static _ => [new TheoryDataRow<string>("bigram")]);

    public static IEnumerable<ITheoryDataRow> DirtyModels => LlamaServers.Rows(DirtyVariable, static _ => [new TheoryDataRow<string>("dirty")]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(DirtyModels))]
    public async Task Stream_ModelWritesBrokenUtf8_TextIsValidUnicode(string model)
    {
        using IChatClient client = await ConnectAsync(DirtyVariable, model);
        var text = new StringBuilder();
        for (int seed = 1; seed <= 12; seed++)
        {
            ChatResponse response = await client.GetStreamingResponseAsync("Hello.", new ChatOptions { Seed = seed, Temperature = 1, MaxOutputTokens = 200 }, Token).ToChatResponseAsync(Token);

            Assert.NotNull(response.FinishReason);
            text.Append(response.Text);
        }

        // A strict encoder throws for half of a surrogate pair.
        string whole = text.ToString();
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(whole);
        Assert.Contains('\uFFFD', whole);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Stream_PromptLongerThanTheContext_FailsWithContextLengthExceeded(string model)
    {
        using IChatClient client = await ConnectAsync(Variable, model);
        string prompt = string.Concat(Enumerable.Repeat("The server sends chunks. ", 40_000));

        ChatProviderException error = await Assert.ThrowsAsync<ChatProviderException>(() => client.GetStreamingResponseAsync(prompt, cancellationToken: Token).ToListAsync(Token).AsTask());

        Assert.Equal(ChatErrorKind.ContextLengthExceeded, error.Kind);
        Assert.Equal(400, error.StatusCode);
        Assert.DoesNotContain("The server sends chunks", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<OpenAIChatClient> ConnectAsync(string variable, string model) => new(new OpenAIOptions
    {
        Endpoint = await LlamaServers.FindAsync(variable, Token),
        Model = model,
        Dialect = OpenAIDialect.LlamaCpp,
    });
}
