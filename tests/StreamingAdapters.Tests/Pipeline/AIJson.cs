using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>To JSON and back by the options that caches and files use, without reflection.</summary>
internal static class AIJson
{
    public static T Through<T>(T value) => (T)JsonSerializer.Deserialize(Text(value), AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)))!;

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)));
}
