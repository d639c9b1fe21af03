namespace StreamingAdapters;

/// <summary>What a provider speaks, and so which client speaks to it.</summary>
public enum ChatProtocol
{
    /// <summary>OpenAI's chat completions: <see cref="OpenAIChatClient"/>.</summary>
    OpenAIChat,

    /// <summary>OpenAI's Responses: <see cref="OpenAIResponsesChatClient"/>.</summary>
    OpenAIResponses,

    /// <summary>Anthropic's Messages: <see cref="AnthropicChatClient"/>.</summary>
    Anthropic,

    /// <summary>Google's Gemini: <see cref="GeminiChatClient"/>.</summary>
    Gemini,

    /// <summary>Ollama's own API: <see cref="OllamaChatClient"/>.</summary>
    Ollama,

    /// <summary>LM Studio's own API: <see cref="LMStudioChatClient"/>.</summary>
    LMStudio,
}
