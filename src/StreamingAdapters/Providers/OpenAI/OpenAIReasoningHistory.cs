namespace StreamingAdapters;

/// <summary>How a server wants the reasoning of earlier answers back.</summary>
public enum OpenAIReasoningHistory
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>
    /// As <c>reasoning_content</c> on the assistant messages since the last user message, that is inside a running tool loop, and nowhere
    /// else (DeepSeek, llama.cpp, vLLM).
    /// </summary>
    ToolLoop,

    /// <summary>As <c>reasoning_details</c>, unchanged, signatures and encrypted parts included (OpenRouter).</summary>
    Details,
}
