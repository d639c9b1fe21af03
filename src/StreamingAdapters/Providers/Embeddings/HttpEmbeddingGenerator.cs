using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;
using StreamingAdapters.Providers;
using StreamingAdapters.Streams;

namespace StreamingAdapters;

/// <summary>The base of every generator of embeddings here: batches in order, one vector a text, and the errors of the chat clients.</summary>
/// <remarks>
/// Thread-safe. Nothing is sent again but what dies before any header (<see cref="ProviderOptions.RetryDeadConnection"/>) and, with the next key, what a key was refused for;
/// <c>RetryingEmbeddingGenerator</c> around it retries by the rules of recovery.
/// </remarks>
public abstract class HttpEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata;
    private readonly HttpSender _sender;
    private int _batchSize;
    private bool _isDisposed;

    private protected HttpEmbeddingGenerator(ProviderConnection connection, ProviderOptions options, HttpClient? httpClient, int batchSize)
    {
        _metadata = new EmbeddingGeneratorMetadata(connection.Provider, ApiAddress.Told(connection.Endpoint), options.Model);
        _sender = new HttpSender(connection, options, httpClient);
        Exchange = new JsonExchange(_sender);
        BatchSize = batchSize;
    }

    /// <summary>How many texts go into one request.</summary>
    /// <value>256 by default, 100 for Gemini, which takes no more. More texts are sent in several requests, one after the other.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get => _batchSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _batchSize = value;
        }
    }

    private protected JsonExchange Exchange { get; }

    /// <summary>Asks for the vectors of texts.</summary>
    /// <param name="values">The texts; none of them null. No text at all asks for nothing.</param>
    /// <param name="options">The model, the dimensions and the provider's own parameters; never changed.</param>
    /// <param name="cancellationToken">Ends the call at once, closing the connection.</param>
    /// <returns>One vector a text, in their order. The usage is the sum of all requests; null where the server tells none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ArgumentException">One of <paramref name="values"/> is null.</exception>
    /// <exception cref="ChatAdapterException">A request or its answer failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        string[] texts = [.. values];
        return texts.Contains(null!) ? throw new ArgumentException("No text may be null.", nameof(values)) : GenerateAllAsync(texts, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(EmbeddingBatch) ? new EmbeddingBatch(BatchSize)
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Releases the connections; a caller's own <see cref="HttpClient"/> is left as it is.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _sender.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The generator itself, before anything is asked of it, with another <see cref="BatchSize"/> if there is one.</summary>
    internal HttpEmbeddingGenerator InBatchesOf(int? size)
    {
        _batchSize = size ?? _batchSize;
        return this;
    }

    internal abstract ProviderRequest MapRequest(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options, string? modelId);

    /// <summary>The vectors of an answer, each with the place of its text; null for the place in the answer.</summary>
    internal abstract IEnumerable<(int? Index, JsonElement Vector)> ReadVectors(JsonElement answer);

    internal abstract UsageDetails? ReadUsage(JsonElement answer);

    private static void Add(GeneratedEmbeddings<Embedding<float>> all, UsageDetails? usage)
    {
        if (usage is not null)
        {
            (all.Usage ??= new UsageDetails()).Add(usage);
        }
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAllAsync(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string? model = options?.ModelId ?? _metadata.DefaultModelId;
        var all = new GeneratedEmbeddings<Embedding<float>>(texts.Length);
        foreach (string[] batch in texts.Chunk(BatchSize))
        {
            var context = new ErrorContext(_sender.Provider, model, PromptTexts: batch);
            JsonElement answer = await Exchange.SendAsync(Map(batch, options, model), context, cancellationToken).ConfigureAwait(false);
            all.AddRange(Read(answer, batch.Length, answer.Text("model"u8) ?? model));
            Add(all, ReadUsage(answer));
        }

        return all;
    }

    private ProviderRequest Map(string[] batch, EmbeddingGenerationOptions? options, string? model)
    {
        try
        {
            return MapRequest(batch, options, model);
        }
        catch (ChatValidationException e)
        {
            throw new ChatValidationException(e.Failures) { Provider = _sender.Provider };
        }
    }

    private Embedding<float>[] Read(JsonElement answer, int count, string? model)
    {
        var vectors = new Embedding<float>[count];
        int place = 0;
        foreach ((int? index, JsonElement vector) in ReadVectors(answer))
        {
            int at = index ?? place;
            if (at < 0 || at >= count || vectors[at] is not null)
            {
                throw Exchange.Malformed("vectors that belong to no text");
            }

            vectors[at] = new Embedding<float>(ReadVector(vector)) { ModelId = model, CreatedAt = _sender.TimeProvider.GetUtcNow() };
            place++;
        }

        return place == count ? vectors : throw Exchange.Malformed($"{place} vectors for {count} texts");
    }

    // As base64 it is the numbers' bytes, little-endian, as OpenAI documents.
    private float[] ReadVector(JsonElement vector)
    {
        try
        {
            return EmbeddingVector.Read(vector);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Exchange.Malformed("a vector that is none");
        }
    }
}
