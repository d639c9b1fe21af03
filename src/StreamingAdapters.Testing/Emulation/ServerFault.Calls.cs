using System.Text.Json.Nodes;

namespace StreamingAdapters.Testing;

/// <content>Streamed tool calls as other servers of the OpenAI protocol send them; each must give the same calls. All belong to that protocol only.</content>
public sealed partial class ServerFault
{
    /// <summary>Index 0 for every parallel call, each with its own id.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault CallsAtIndexZero() => ChangesCalls("index 0 for every call", static (entry, _) => entry["index"] = 0);

    /// <summary>Calls without an index.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault CallsWithoutIndex() => ChangesCalls("calls without index", static (entry, _) => entry.Remove("index"));

    /// <summary>Calls without an id.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault CallsWithoutId() => ChangesCalls("calls without id", static (entry, _) => entry.Remove("id"));

    /// <summary>Empty strings as id and name wherever a call goes on, as LM Studio up to 0.3.16 sends them.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault EmptyCallNames() => ChangesCalls("empty id and name where a call goes on", static (entry, start) =>
    {
        if (!entry.ContainsKey("id"))
        {
            entry["id"] = "";
            entry["function"]!["name"] = "";
        }
    });

    /// <summary>Id and name again in every delta, as Kimi K2 over OpenRouter sends them.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault RepeatedCallNames() => ChangesCalls("id and name in every delta", static (entry, start) =>
    {
        entry["id"] = start["id"]!.DeepClone();
        entry["function"]!["name"] = start["function"]!["name"]!.DeepClone();
    });

    /// <summary>Each call in one delta, its arguments a JSON object instead of a string.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault ArgumentsAsObject() =>
        OfStream("arguments as object", static (plan, _) => plan.Frames = ToolCallShapes.WithObjectArguments(plan.Frames), needsChat: true);

    /// <summary>The first call as <c>delta.function_call</c>, which has no id and knows no second call, and the finish reason <c>function_call</c>.</summary>
    /// <remarks>Of the OpenAI protocol only.</remarks>
    /// <returns>The fault.</returns>
    public static ServerFault LegacyFunctionCall() =>
        OfStream("legacy function_call", static (plan, _) => plan.Frames = ToolCallShapes.AsFunctionCall(plan.Frames), needsChat: true);

    private static ServerFault ChangesCalls(string name, Action<JsonObject, JsonObject> change) =>
        OfStream(name, (plan, _) => plan.Frames = ToolCallShapes.Change(plan.Frames, change), needsChat: true);
}
