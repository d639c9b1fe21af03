using StreamingAdapters.Providers;

namespace StreamingAdapters;

/// <summary>How to reach a server that speaks OpenAI's Responses.</summary>
/// <remarks>
/// <see cref="ProviderOptions.Endpoint"/> is <c>https://api.openai.com/v1</c> by default; a bare host gets <c>/v1</c>, any other path is kept.
/// <see cref="ProviderOptions.ApiKey"/> is the environment variable <c>OPENAI_API_KEY</c> by default for OpenAI's own address, which needs one, and for no other.
/// </remarks>
public sealed class OpenAIResponsesOptions : ProviderOptions
{
    /// <summary>The server's name, in <see cref="Microsoft.Extensions.AI.ChatClientMetadata"/>, exceptions and metrics.</summary>
    /// <value><c>openai</c> by default.</value>
    public string ProviderName { get; set; } = "openai";

    /// <summary>Whether the server keeps the answers, so that the next request can name the last answer instead of repeating the conversation.</summary>
    /// <value>
    /// Null by default: the server decides, and OpenAI keeps them. Where an answer is kept, its updates carry a
    /// <see cref="Microsoft.Extensions.AI.ChatResponseUpdate.ConversationId"/>. False also asks for the reasoning in its encrypted form wherever
    /// <see cref="Microsoft.Extensions.AI.ChatOptions.Reasoning"/> is set, so that it can go back with the conversation.
    /// </value>
    public bool? Store { get; set; }
}
