namespace StreamingAdapters.Streams;

/// <summary>The service by which a generator of embeddings says how many texts it sends in one request, so that a stage around it asks for as many at once.</summary>
/// <param name="Size">The number of texts.</param>
internal sealed record EmbeddingBatch(int Size);
