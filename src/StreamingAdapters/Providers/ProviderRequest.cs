namespace StreamingAdapters.Providers;

/// <summary>One request, ready to be sent any number of times with the same bytes.</summary>
/// <param name="Uri">Where to.</param>
/// <param name="Body">The JSON body; nothing is sent where it is empty.</param>
/// <param name="ModelId">The model asked for; null when the request names none.</param>
/// <param name="IsStreaming">Whether a streamed answer is asked for.</param>
internal sealed record ProviderRequest(Uri Uri, ReadOnlyMemory<byte> Body, string? ModelId, bool IsStreaming)
{
    /// <summary>POST by default; GET where an answer is resumed.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>Headers that this request alone needs; those of the options win over them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
