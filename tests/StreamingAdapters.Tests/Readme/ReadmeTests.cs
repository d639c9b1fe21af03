using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StreamingAdapters.Errors;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Readme;

/// <summary>README.md tells the truth.</summary>
public sealed partial class ReadmeTests
{
    private static string Readme => File.ReadAllText(Repository.PathOf("README.md"));

    [Fact]
    public void CodeBlocks_AreInTheCompiledSnippets()
    {
        string[] files = Directory.GetFiles(Repository.PathOf("tests", "StreamingAdapters.Tests", "Readme"), "*Snippets.cs");
        string snippets = Flat(string.Concat(files.Select(File.ReadAllText)));
        string[] blocks = [.. CSharpBlock().Matches(Readme).Select(match => match.Groups["code"].Value)];

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(Flat(block), snippets, StringComparison.Ordinal));
    }

    [Fact]
    public void Commands_AreTheTwoPromised()
    {
        Assert.Contains("\ndotnet run --project samples/ConsoleChat\n", Readme, StringComparison.Ordinal);
        Assert.Contains("\ndotnet test Adapters.sln\n", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleErrors_CutAnswer_KeepsThePartial()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        await using EmulatedOllamaServer server = await EmulatedOllamaServer.StartAsync(cancellationToken: test);
        server.Enqueue(ServerFault.Cut(3));
        using var client = new OllamaChatClient(new OllamaOptions { Endpoint = server.Endpoint, Model = "emulated" });

        string cut = await ReadmeSnippets.HandleErrorsAsync(client, test);
        string whole = await ReadmeSnippets.HandleErrorsAsync(client, test);

        Assert.EndsWith(" [cut off]", cut, StringComparison.Ordinal);
        Assert.StartsWith(cut[..^" [cut off]".Length], whole, StringComparison.Ordinal);
    }

    [Fact]
    public Task TestAgainstAServer_AsPrinted_Passes() => ReadmeSnippets.TestAgainstAServerAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task MovingFromChunks_BeforeAndAfter_WriteTheSame()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        var layer = new OldLayer();
        var before = new StringBuilder();
        var after = new StringBuilder();
        var failed = new StringBuilder();

        await BridgeSnippets.BeforeAsync(layer, "Hi", before, test);
        await BridgeSnippets.AfterAsync(BridgeSnippets.OldLayerAsAClient(layer), "Hi", after, test);
        await BridgeSnippets.AfterAsync(new ScriptedChatClient(StreamScript.New().Fault(new HttpRequestException(HttpRequestError.ConnectionError))), "Hi", failed, test);

        Assert.Equal("Hello Hi [stop]", before.ToString());
        Assert.Equal("Hello Hi [stop]", after.ToString());
        Assert.StartsWith("[streaming_error]", failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAnswer_WholeAndCut_SaysWhatCame()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        var whole = new StringBuilder();
        var cut = new StringBuilder();

        await MiddlewareSnippets.ReadAsync(MiddlewareSnippets.Compose(new ScriptedChatClient(StreamScript.New().Text("Hello").Usage(3, 1).Finish())), "Hi", whole, test);
        await MiddlewareSnippets.ReadAsync(MiddlewareSnippets.Compose(new ScriptedChatClient(StreamScript.New().Text("Hel"))), "Hi", cut, test);

        Assert.Matches(@"^\[0 after 0\.\d s\] Hello.*\[3 chunks, 1 tokens\]$", whole.ToString());
        Assert.Matches(@"^\[0 after 0\.\d s\] Hel\[Truncated after 3 characters and \d+ tokens: .+\]$", cut.ToString());
    }

    [Fact]
    public async Task ReadRecovery_ServerBreaksOffAndIsDown_SaysWhatWasDone()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        await using EmulatedOllamaServer first = await EmulatedOllamaServer.StartAsync(new EmulatedServerOptions { Words = 3 }, test);
        await using EmulatedOllamaServer second = await EmulatedOllamaServer.StartAsync(new EmulatedServerOptions { Words = 3, Models = ["large"] }, test);
        first.Enqueue(ServerFault.Cut(2), ServerFault.Status(401));
        second.Enqueue(ServerFault.Status(401));
        using var local = new OllamaChatClient(new OllamaOptions { Endpoint = first.Endpoint, Model = "emulated" });
        using var cloud = new OllamaChatClient(new OllamaOptions { Endpoint = second.Endpoint, Model = "emulated" });
        using IChatClient client = RecoverySnippets.Compose(local, cloud);
        string[] words = [.. TextGenerator.Words(1, "Hi").Take(3)];
        var broken = new StringBuilder();
        var whole = new StringBuilder();

        await Assert.ThrowsAsync<ChatStreamException>(() => RecoverySnippets.ReadAsync(client, "Hi", broken, test));
        IReadOnlyList<string> open = RecoverySnippets.ReadCircuits(client);
        first.Enqueue(ServerFault.Cut(2));
        client.GetService<RecoveryCircuits>()!.Reset();
        await RecoverySnippets.ReadAsync(client, "Hi", whole, test);

        Assert.Equal($"[local: answers ]{words[0]}{words[1]}", broken.ToString());
        Assert.Equal(["cloud large: Authentication", "local emulated: Authentication"], open.Select(circuit => circuit[..circuit.IndexOf(',', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Equal(
            $"[local: answers ]{words[0]}{words[1]}[local: answers ][local broke off after {words[0].Length + words[1].Length} characters: Truncated; local goes on, 1.0 sure]{words[2]}", whole.ToString());
    }

    [Fact]
    public void JsonBlocks_AreSectionsThatPipelinesAreBuiltFrom()
    {
        IConfiguration[] sections = [.. JsonBlocks("Chat").Select(block => block.GetSection("Chat"))];

        Assert.NotEmpty(sections);
        Assert.All(sections, section =>
        {
            using IChatClient client = new ScriptedChatClient(StreamScript.New()).AsBuilder().UseStreaming(section).Build();

            Assert.Equal(StreamingMode.Enhanced, client.GetService<StreamingPipelineDescriptor>()!.Mode);
        });
    }

    [Fact]
    public void JsonBlock_OfEmbeddings_IsWhatAGeneratorIsMadeBy()
    {
        var services = new ServiceCollection();
        MiddlewareSnippets.AddEmbeddingsFromConfiguration(services, Assert.Single(JsonBlocks("Embeddings")));
        using ServiceProvider provider = services.BuildServiceProvider();

        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();

        Assert.IsType<RetryingEmbeddingGenerator>(generator);
        Assert.Equal(64, generator.GetService<OllamaEmbeddingGenerator>()!.BatchSize);
    }

    private static IEnumerable<IConfiguration> JsonBlocks(string section)
    {
        foreach (Match match in JsonBlock().Matches(Readme))
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(match.Groups["json"].Value));
            IConfiguration block = new ConfigurationBuilder().AddJsonStream(json).Build();
            if (block.GetSection(section).Exists())
            {
                yield return block;
            }
        }
    }

    private static string Flat(string code) => Whitespace().Replace(code, " ").Trim();

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("```json\n(?<json>.*?)```", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Whitespace();
}
