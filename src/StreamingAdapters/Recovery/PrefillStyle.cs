namespace StreamingAdapters.Recovery;

/// <summary>How a route is asked to go on from the text of an answer that broke off.</summary>
public enum PrefillStyle
{
    /// <summary>It cannot be asked: OpenAI and current Claude models refuse a conversation that ends with the assistant. It is instructed instead.</summary>
    None = 0,

    /// <summary>By a conversation that ends with the assistant's message: Ollama, llama.cpp.</summary>
    LastMessage = 1,

    /// <summary>The same with <c>continue_final_message</c> and without <c>add_generation_prompt</c>, as vLLM and SGLang ask for.</summary>
    ContinueFinalMessage = 2,

    /// <summary>The same with <c>prefix</c> on the message, as Mistral and DeepSeek (under its beta address) ask for.</summary>
    Prefix = 3,
}
