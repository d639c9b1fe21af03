using System.Globalization;
using System.Text;
using StreamingAdapters.Tests;

namespace StreamingAdapters.Interop.Tests.Sdks;

/// <summary>Our Anthropic client and the SDK's give the same answer for every recording that the SDK survives; the others are on a page.</summary>
public sealed class AnthropicParityTests
{
    private const string Page = "AnthropicSdk.md";

    public static IEnumerable<ITheoryDataRow> Streams => Fixtures.Files("anthropic", IsStream);

    /// <summary>One row: the page is about all of them.</summary>
    public static IEnumerable<ITheoryDataRow> All => Fixtures.Files("anthropic", IsStream).Take(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Answer_RecordingThatTheSdkSurvives_IsTheSame(string file)
    {
        AnthropicParity parity = await AnthropicParity.OfAsync(Fixtures.Entry("anthropic", file), Token);

        Assert.Equal((parity.IsWhole, parity.IsWhole ? parity.Calls : 0), (parity.Ours.Failure is null, parity.Ours.CallCount));
        if (parity.Verdict is null && parity.IsWhole)
        {
            Assert.Equal(parity.Sdk, parity.Ours);
        }
        else if (parity.Verdict is null)
        {
            Assert.Equal((parity.Sdk.Text, parity.Sdk.Tools), (parity.Ours.Text, parity.Ours.Tools));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Page_OfWhatTheSdkDoesNotSurvive_IsTrue(string first)
    {
        string path = Repository.PathOf("tests", "StreamingAdapters.Interop.Tests", "Sdks", Page);
        string written = Path.Combine(AppContext.BaseDirectory, Page);

        string actual = await WriteAsync();

        await File.WriteAllTextAsync(written, actual, Token);
        string expected = File.Exists(path) ? await File.ReadAllTextAsync(path, Token) : "";
        Assert.True(expected == actual, $"{Page} is not what the recordings from {first} on say. If that is meant, copy {written} over {path}.");
    }

    private static bool IsStream(FixtureEntry entry) => entry.File.EndsWith(".sse", StringComparison.Ordinal);

    private static async Task<string> WriteAsync()
    {
        FixtureEntry[] entries = [.. Fixtures.Entries("anthropic").Where(IsStream).OrderBy(entry => entry.File, StringComparer.Ordinal)];
        var rows = new StringBuilder();
        int survived = 0;
        foreach (FixtureEntry entry in entries)
        {
            AnthropicParity parity = await AnthropicParity.OfAsync(entry, Token);
            if (parity.Verdict is { } verdict)
            {
                string ours = parity.IsWhole ? $"{parity.Ours.Text.Length} characters, {parity.Ours.CallCount} calls, finish reason `{parity.Ours.Finish}`" : $"fails: `{parity.Ours.Failure}`";
                rows.Append(CultureInfo.InvariantCulture, $"| {Path.GetFileNameWithoutExtension(entry.File)} | {verdict} | {ours} |\n");
            }
            else
            {
                survived++;
            }
        }

        return $"""
            # Anthropic's own SDK over recorded answers

            The chat client of the Anthropic SDK 13.11.0 (`AsIChatClient`) and `AnthropicChatClient` read the same {entries.Length} recorded streams. Of {survived} that the SDK survives, both give the same text,
            tool calls, usage and finish reason; a test says so for each. These are the others:

            | recording | SDK | `AnthropicChatClient` |
            |---|---|---|
            {rows.ToString().TrimEnd()}

            Made by `dotnet test tests/StreamingAdapters.Interop.Tests --filter AnthropicParityTests`, which fails where this page is not true and then says where the true one is.

            """.ReplaceLineEndings("\n");
    }
}
