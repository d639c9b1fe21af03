using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Streams;

/// <summary>Everything an answer says, as the library writes it.</summary>
internal static class ResponseJson
{
    public static string Of(ChatResponse response) => JsonSerializer.Serialize(response, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponse)));

    public static string Of(IEnumerable<ChatResponseUpdate> updates) => Of(updates.ToChatResponse());
}
