using System.Globalization;

namespace Benchmarks.Quick;

/// <summary>The cases, in the order of the rows, with the numbers that they must reach.</summary>
internal sealed class QuickTable
{
    private const double MaxBytes = 292;
    private const double MaxBytesOfEvents = 300;
    private const string Format = "{0,-46} {1,9} {2,9} {3,9} {4,8}  {5}";

    private readonly Measurement _openAI;
    private readonly Measurement _ollama;
    private readonly Measurement _responses;
    private readonly Measurement _nonStreaming;
    private readonly Measurement _aggregated;
    private readonly Measurement _sdk;

    public QuickTable(DecodeCases cases, int deltas)
    {
        _openAI = new Measurement("OpenAI: OpenAIChatClient, streaming", cases.OpenAIAsync, deltas);
        _ollama = new Measurement("Ollama: OllamaChatClient, streaming", cases.OllamaAsync, deltas);
        _responses = new Measurement("Responses: OpenAIResponsesChatClient, streaming", cases.ResponsesAsync, deltas);
        _nonStreaming = new Measurement("OpenAI: GetResponseAsync", cases.NonStreamingAsync, deltas);
        _aggregated = new Measurement("OpenAI: streaming + ToChatResponse", cases.StreamingAndAggregationAsync, deltas);
        _sdk = new Measurement("OpenAI: OpenAI SDK 2.15.0, streaming", cases.OpenAISdkAsync, deltas);
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
            _responses,
            new Measurement("Responses: framing + decoder, fast path off", cases.ResponsesFullParseAsync, deltas),
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
        row == _openAI ? Decode(row, 7)
        : row == _ollama ? Decode(row, 6)
        : row == _responses ? Decode(row, 4, MaxBytesOfEvents)
        : row == _nonStreaming ? $"<= streaming + ToChatResponse: {Verdict(row.MedianNanoseconds <= _aggregated.MedianNanoseconds)}, bytes {Verdict(row.MedianBytes <= _aggregated.MedianBytes)}"
        : "";

    private string Decode(Measurement row, int share, double maxBytes = MaxBytes)
    {
        bool minimum = row.MinNanoseconds * share <= _sdk.MinNanoseconds;
        bool median = row.MedianNanoseconds * share <= _sdk.MedianNanoseconds;
        return $"<= 1/{share} of the SDK: min {Verdict(minimum)}, median {Verdict(median)}; <= {maxBytes} B: {Verdict(row.MedianBytes <= maxBytes)}";
    }

    private string Ratio(Measurement row) => row == _sdk ? "1" : "1/" + (_sdk.MedianNanoseconds / row.MedianNanoseconds).ToString("F1", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Verdict(bool reached) => reached ? "pass" : "MISS";
}
