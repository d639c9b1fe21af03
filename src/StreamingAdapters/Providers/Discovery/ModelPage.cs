namespace StreamingAdapters.Providers;

/// <summary>One answer of a list.</summary>
/// <param name="Models">Its models.</param>
/// <param name="Next">Where the list goes on; null at its end.</param>
internal readonly record struct ModelPage(IEnumerable<ModelInfo> Models, Uri? Next = null);
