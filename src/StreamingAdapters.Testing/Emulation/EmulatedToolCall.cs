namespace StreamingAdapters.Testing;

/// <summary>A tool call that an emulated server answers with; the arguments are a JSON object.</summary>
internal sealed record EmulatedToolCall(string Id, string Name, string Arguments);
