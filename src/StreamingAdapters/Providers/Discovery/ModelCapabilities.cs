namespace StreamingAdapters;

/// <summary>What a model can do, as far as its server tells.</summary>
[Flags]
public enum ModelCapabilities
{
    /// <summary>Nothing that is known here.</summary>
    None = 0,

    /// <summary>Answers in a conversation.</summary>
    Chat = 1,

    /// <summary>Calls tools.</summary>
    Tools = 2,

    /// <summary>Reads images.</summary>
    Vision = 4,

    /// <summary>Thinks before it answers.</summary>
    Reasoning = 8,

    /// <summary>Makes embeddings.</summary>
    Embeddings = 16,
}
