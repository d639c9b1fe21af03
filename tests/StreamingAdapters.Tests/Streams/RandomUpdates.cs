using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Streams;

/// <summary>Updates of every kind, from a seed: the same seed gives equal updates, made anew.</summary>
internal sealed class RandomUpdates
{
    private static readonly string[] Texts = ["", "a", "Hello", " world", "\n", "e", "\u0301", "👨", "\u200D👩", "数"];
    private readonly Random _random;

    private RandomUpdates(int seed) => _random = new Random(seed);

    public static List<ChatResponseUpdate> Make(int seed)
    {
        var updates = new RandomUpdates(seed);
        return [.. Enumerable.Range(0, updates._random.Next(25)).Select(_ => updates.Update())];
    }

    private ChatResponseUpdate Update() => new()
    {
        MessageId = Rarely("", "m1", "m1", "m1", "m2"),
        ResponseId = Rarely("", "r1", "r1", "r2"),
        ConversationId = Rarely("", "c1", "c2"),
        ModelId = Rarely("", "model", "model-2"),
        AuthorName = _random.Next(20) == 0 ? Pick("", "author", "other") : null,
        Role = _random.Next(4) > 0 ? null : Pick(ChatRole.Assistant, ChatRole.Assistant, ChatRole.Assistant, ChatRole.Tool, new ChatRole("ASSISTANT")),
        CreatedAt = _random.Next(3) > 0 ? null : Pick(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), DateTimeOffset.UnixEpoch.AddDays(2)),
        FinishReason = _random.Next(12) > 0 ? null : Pick(ChatFinishReason.Stop, ChatFinishReason.ToolCalls),
        ContinuationToken = _random.Next(12) > 0 ? null : ResponseContinuationToken.FromBytes(new byte[] { 1, 2 }),
        AdditionalProperties = Properties(),
        RawRepresentation = new object(),
        Contents = [.. Enumerable.Range(0, Pick(0, 1, 1, 1, 1, 2, 3)).Select(_ => Content())],
    };

    private AIContent Content()
    {
        AIContent content = _random.Next(24) switch
        {
            < 8 => new TextContent(Pick(Texts)),
            < 13 => new TextReasoningContent(Pick(Texts)) { ProtectedData = _random.Next(5) > 0 ? null : Pick("", "p1", "p2") },
            13 => new FunctionCallContent("call", "tool", new Dictionary<string, object?>(StringComparer.Ordinal) { ["x"] = 1 }),
            14 => new FunctionResultContent("call", "result"),
            15 => new UsageContent(Usage()),
            16 or 17 => new DataContent(new byte[] { 65, 66 }, Pick("text/plain", "text/plain", "text/html", "image/png")) { Name = Pick(null, "n1") },
            18 => new CodeInterpreterToolCallContent(Pick("1", "2")) { Inputs = Inner() },
            19 => new CodeInterpreterToolResultContent(Pick("1", "2")) { Outputs = Inner() },
            20 => new ImageGenerationToolResultContent(Pick("1", "2")) { Outputs = Inner() },
            21 => new WebSearchToolCallContent(Pick("1", "2")) { Queries = Pick<List<string>?>(null, [], ["q1"], ["q2", "q3"]) },
            22 => new ErrorContent("error"),
            _ => new UriContent("http://localhost/x", "image/png"),
        };
        content.AdditionalProperties = Properties();
        content.Annotations = _random.Next(9) > 0 ? null : Pick<List<AIAnnotation>?>([], [new CitationAnnotation { Title = "title" }]);
        return content;
    }

    private List<AIContent>? Inner() => Pick<List<AIContent>?>(null, [], [new TextContent("i1")], [new TextContent("i1"), new TextContent("i2")]);

    private UsageDetails Usage() => new()
    {
        InputTokenCount = Pick<long?>(null, 1, 2),
        OutputTokenCount = Pick<long?>(null, 3, 4),
        ReasoningTokenCount = Pick<long?>(null, 5),
        AdditionalCounts = Pick(null, new AdditionalPropertiesDictionary<long> { ["k1"] = 1 }, new AdditionalPropertiesDictionary<long> { ["k2"] = 2 }),
    };

    private AdditionalPropertiesDictionary? Properties() => _random.Next(8) > 0 ? null
        : Pick(new AdditionalPropertiesDictionary(), new AdditionalPropertiesDictionary { ["k"] = _random.Next(3) }, new AdditionalPropertiesDictionary { ["K"] = "upper", ["other"] = true });

    private string? Rarely(params string[] values) => _random.Next(2) == 0 ? null : Pick(values);

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
