using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing;

/// <summary>What a request asks for, in words of no protocol.</summary>
internal sealed record EmulatedPrompt
{
    public required string Model { get; init; }

    public bool IsStreamed { get; init; } = true;

    public bool HasMessages { get; init; } = true;

    /// <summary>All messages, as far as they have a role and a text.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>The last message's text when it is the assistant's, otherwise null.</summary>
    public string? Prefill { get; init; }

    /// <summary>The last user message's text.</summary>
    public string Text { get; init; } = "";

    /// <summary>The results at the end, in front of a prefill; a name may be missing.</summary>
    public IReadOnlyList<(string? Name, string Content)> ToolResults { get; init; } = [];

    public IReadOnlyList<PromptTool> Tools { get; init; } = [];

    public ToolChoice ToolChoice { get; init; }

    /// <summary>The one tool that must be called, by name.</summary>
    public string? ForcedTool { get; init; }

    public bool AllowsParallelCalls { get; init; } = true;

    public bool Thinks { get; init; }

    public bool WantsJson { get; init; }

    public JsonElement? Schema { get; init; }

    public int? MaxWords { get; init; }

    public int Images { get; init; }

    public IReadOnlyList<string> Stops { get; init; } = [];

    public int Choices { get; init; } = 1;

    public bool IncludesUsage { get; init; }

    public bool WithLogprobs { get; init; }

    public int TopLogprobs { get; init; }

    public int PromptTokens { get; init; } = 1;
}
