using System.Text.Json;

namespace StreamingAdapters.Testing;

/// <summary>A tool that a request offers, and the schema of its arguments.</summary>
internal sealed record PromptTool(string Name, JsonElement? Parameters);
