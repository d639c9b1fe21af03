using System.Text.Json.Serialization;

namespace StreamingAdapters.Bridge;

/// <summary>Writes and reads chunks and their errors without reflection; add it to the resolver chain of a server's JSON options.</summary>
[JsonSerializable(typeof(StreamingChunk))]
[JsonSerializable(typeof(StreamingChunkError))]
public sealed partial class StreamingChunkJsonContext : JsonSerializerContext;
