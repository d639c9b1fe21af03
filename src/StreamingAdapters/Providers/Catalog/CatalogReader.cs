using System.Reflection;
using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers.Catalog;

/// <summary>Reads the table that this assembly brings along.</summary>
internal static class CatalogReader
{
    private const string Resource = "StreamingAdapters.providers.json";

    // What is more than an address, a key and a switch has a dialect of its own.
    private static readonly Dictionary<string, OpenAIDialect> OwnDialects = new(StringComparer.Ordinal)
    {
        ["openai"] = OpenAIDialect.OpenAI,
        ["lmstudio"] = OpenAIDialect.LMStudio,
        ["llamacpp"] = OpenAIDialect.LlamaCpp,
        ["vllm"] = OpenAIDialect.Vllm,
        ["openrouter"] = OpenAIDialect.OpenRouter,
        ["azure"] = OpenAIDialect.AzureOpenAI,
        ["openai-compatible"] = OpenAIDialect.Generic,
    };

    /// <summary>The table, read once.</summary>
    public static IReadOnlyList<ProviderEntry> Entries { get; } = Read();

    private static ProviderEntry[] Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using JsonDocument table = JsonDocument.Parse(stream);
        return [.. table.RootElement.EnumerateArray().Select(Read)];
    }

    private static ProviderEntry Read(JsonElement row)
    {
        string id = row.Text("id"u8)!;
        OpenAIDialect? own = OwnDialects.GetValueOrDefault(id);
        var entry = new ProviderEntry
        {
            Id = id,
            Name = row.Text("name"u8)!,
            Protocol = ProtocolOf(row.Text("protocol"u8)!),
            BaseAddress = own?.DefaultEndpoint?.OriginalString ?? row.Text("baseUrl"u8),
            KeyVariables = own?.ApiKeyVariable is { } variable ? [variable, .. Texts(row, "keys"u8).Where(key => key != variable)] : [.. Texts(row, "keys"u8)],
            Aliases = [.. Texts(row, "aliases"u8)],
            IsLocal = IsTrue(row, "local"u8),
            IsVerified = own is not null || row.Text("grade"u8) is "A" or "B",
        };
        return entry.Protocol is ChatProtocol.OpenAIChat ? entry with { Dialect = own ?? DialectOf(row, entry) } : entry;
    }

    private static OpenAIDialect DialectOf(JsonElement row, ProviderEntry entry) => OpenAIDialect.Generic with
    {
        Name = entry.Id,
        RequiresApiKey = !entry.IsLocal && entry.KeyVariables.Count > 0,
        ApiKeyVariable = entry.KeyVariables.Count > 0 ? entry.KeyVariables[0] : null,
        ApiKeyHeader = row.Text("keyHeader"u8),

        // Where the address is one's own, so may the models' names be.
        ListsEveryName = !entry.IsLocal && entry is { BaseAddress: not null, AddressVariables.Count: 0 },
        SendsStreamOptions = !row.TryGet("streamOptions"u8, out JsonElement sends) || sends.ValueKind != JsonValueKind.False,
        ReasoningHistory = row.Text("reasoning"u8) switch
        {
            "details" => OpenAIReasoningHistory.Details,
            "tool-loop" => OpenAIReasoningHistory.ToolLoop,
            _ => OpenAIReasoningHistory.None,
        },
    };

    private static ChatProtocol ProtocolOf(string name) => name switch
    {
        "openai-responses" => ChatProtocol.OpenAIResponses,
        "anthropic" => ChatProtocol.Anthropic,
        "gemini" => ChatProtocol.Gemini,
        "ollama" => ChatProtocol.Ollama,
        "lmstudio" => ChatProtocol.LMStudio,
        _ => ChatProtocol.OpenAIChat,
    };

    private static IEnumerable<string> Texts(JsonElement row, ReadOnlySpan<byte> name) => [.. row.Items(name).Select(text => text.GetString()!)];

    private static bool IsTrue(JsonElement row, ReadOnlySpan<byte> name) => row.TryGet(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}
