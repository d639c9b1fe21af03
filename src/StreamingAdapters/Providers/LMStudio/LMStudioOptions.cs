using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>How to reach LM Studio's own API.</summary>
/// <remarks>
/// <see cref="ProviderOptions.Endpoint"/> is <c>http://localhost:1234/api/v1</c> by default; a bare host gets <c>/api/v1</c>, any other path is kept.
/// <see cref="ProviderOptions.ApiKey"/> is the environment variable <c>LM_API_TOKEN</c> by default; most servers ask for none.
/// </remarks>
public sealed class LMStudioOptions : ProviderOptions
{
    /// <summary>Whether the server keeps the conversation, so that <see cref="Microsoft.Extensions.AI.ChatOptions.ConversationId"/> can go on from an answer.</summary>
    /// <value>Null by default: the server decides, and keeps it. False: nothing is kept, and each call is a conversation of its own.</value>
    public bool? Store { get; set; }

    /// <summary>How much of the conversation the model sees: the context with which the server loads it.</summary>
    /// <value>In tokens, at least 1; null (the default) for the server's own setting.</value>
    public int? ContextLength { get; set; }
}
