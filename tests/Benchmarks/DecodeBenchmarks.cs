using BenchmarkDotNet.Attributes;
using Benchmarks.Quick;

namespace Benchmarks;

/// <summary>The cases of the quick table under BenchmarkDotNet. Numbers are per text delta.</summary>
[Config(typeof(InProcessConfig))]
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int Deltas = 10_000;
    private readonly DecodeCases _cases = new(Deltas);

    [Benchmark(Baseline = true, OperationsPerInvoke = Deltas)]
    public Task<long> OpenAISdk() => _cases.OpenAISdkAsync();

    [Benchmark(OperationsPerInvoke = Deltas)]
    public Task<long> OpenAI() => _cases.OpenAIAsync();

    [Benchmark(OperationsPerInvoke = Deltas)]
    public Task<long> OpenAIFullParse() => _cases.OpenAIFullParseAsync();

    [Benchmark(OperationsPerInvoke = Deltas)]
    public Task<long> OpenAINonStreaming() => _cases.NonStreamingAsync();

    [Benchmark(OperationsPerInvoke = Deltas)]
    public Task<long> Ollama() => _cases.OllamaAsync();

    [Benchmark(OperationsPerInvoke = Deltas)]
    public Task<long> OllamaFullParse() => _cases.OllamaFullParseAsync();
}
