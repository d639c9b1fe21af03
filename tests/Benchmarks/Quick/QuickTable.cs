using System.Globalization;

namespace Benchmarks.Quick;

/// <summary>The cases, in the order of the rows, with the numbers that they must reach.</summary>
internal sealed class QuickTable
{
    private const double MaxBytes = 292;
    private const string Format = "{0,-48} {1,9} {2,9} {3,9} {4,8}  {5}";

    private readonly Measurement _openAI;
    private readonly Measurement _ollama;
    private readonly Measurement _nonStreaming;
    private readonly Measurement _aggregated;
    private readonly Measurement _sdk;
    private readonly Measurement _anthropic;
    private readonly Measurement _anthropicSdk;
    private readonly Measurement _gemini;
    private readonly Measurement _geminiCounts;
    private readonly Measurement _responses;

    public QuickTable(DecodeCases cases, int deltas)
    {
        _openAI = new Measurement("OpenAI: OpenAIChatClient, streaming", cases.OpenAIAsync, deltas);
        _ollama = new Measurement("Ollama: OllamaChatClient, streaming", cases.OllamaAsync, deltas);
        _nonStreaming = new Measurement("OpenAI: GetResponseAsync", cases.NonStreamingAsync, deltas);
        _aggregated = new Measurement("OpenAI: streaming + ToChatResponse", cases.StreamingAndAggregationAsync, deltas);
        _sdk = new Measurement("OpenAI: OpenAI SDK 2.15.0, streaming", cases.OpenAISdkAsync, deltas);
        _anthropic = new Measurement("Anthropic: AnthropicChatClient, streaming", cases.AnthropicAsync, deltas);
        _anthropicSdk = new Measurement("Anthropic: Anthropic SDK 13.11.0, IChatClient", cases.AnthropicSdkAsync, deltas);
        _gemini = new Measurement("Gemini: GeminiChatClient, streaming", cases.GeminiAsync, deltas);
        _geminiCounts = new Measurement("Gemini: the same, usage that grows with each", cases.GeminiCountsAsync, deltas);
        _responses = new Measurement("Responses: OpenAIResponsesChatClient, streaming", cases.ResponsesAsync, deltas);
        All =
        [
            new Measurement("OpenAI: drain of the body", cases.DrainOpenAIAsync, deltas),
            _openAI,
            new Measurement("OpenAI: the same, chunks with obfuscation", cases.OpenAIPaddedAsync, deltas),
            new Measurement("OpenAI: framing + decoder, fast path off", cases.OpenAIFullParseAsync, deltas),
            _nonStreaming,
            _aggregated,
            _sdk,
            new Measurement("Ollama: drain of the body", cases.DrainOllamaAsync, deltas),
            _ollama,
            new Measurement("Ollama: framing + decoder, fast path off", cases.OllamaFullParseAsync, deltas),
            _anthropic,
            _anthropicSdk,
            _gemini,
            _geminiCounts,
            _responses,
            new Measurement("LM Studio: LMStudioChatClient, streaming", cases.LMStudioAsync, deltas),
        ];
    }

    public IReadOnlyList<Measurement> All { get; }

    public void Print(TextWriter output)
    {
        output.WriteLine(Format, "per text delta", "min ns", "median ns", "bytes", "/ SDK", "to reach");
        foreach (Measurement row in All)
        {
            output.WriteLine(Format, row.Name, Number(row.MinNanoseconds), Number(row.MedianNanoseconds), Number(row.MedianBytes), Ratio(row), TargetOf(row));
        }
    }

    private string TargetOf(Measurement row) =>
        row == _openAI ? Decode(row, _sdk, 7, MaxBytes)
        : row == _ollama ? Decode(row, _sdk, 6, MaxBytes)
        : row == _anthropic ? Decode(row, _anthropicSdk, 15, MaxBytes)
        : row == _gemini || row == _geminiCounts || row == _responses ? Decode(row, _sdk, 4, 300)
        : row == _nonStreaming ? $"<= streaming + ToChatResponse: {Verdict(row.MedianNanoseconds <= _aggregated.MedianNanoseconds)}, bytes {Verdict(row.MedianBytes <= _aggregated.MedianBytes)}"
        : "";

    private static string Decode(Measurement row, Measurement sdk, int share, double maxBytes)
    {
        bool minimum = row.MinNanoseconds * share <= sdk.MinNanoseconds;
        bool median = row.MedianNanoseconds * share <= sdk.MedianNanoseconds;
        return $"<= 1/{share} of {sdk.Name.Split(',')[0].Split(": ")[1]}: min {Verdict(minimum)}, median {Verdict(median)}; <= {maxBytes} B: {Verdict(row.MedianBytes <= maxBytes)}";
    }

    private string Ratio(Measurement row) => row == _sdk ? "1" : "1/" + (_sdk.MedianNanoseconds / row.MedianNanoseconds).ToString("F1", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Verdict(bool reached) => reached ? "pass" : "MISS";
}
