using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>
/// The tools of the suite. Their schemas leave the model one choice, so that a real server with a grammar gives the same arguments as an
/// emulated one.
/// </summary>
internal static class SuiteTools
{
    public const string ClockName = "get_time";

    public const string TripName = "book_trip";

    /// <summary>Nested objects and arrays, every kind of value, escapes, letters of 2, 3 and 4 bytes.</summary>
    public const string TripArguments = """{"place":{"city":"Zürich \"north\" \\ 漢字 😀","zip":8001},"days":[1.5,1.5],"express":true,"note":null}""";

    /// <summary>A tool without parameters.</summary>
    public static AITool Clock { get; } = Declare(ClockName, "Tells the time.", """{"type":"object","properties":{}}""");

    /// <summary>A tool with nested parameters.</summary>
    public static AITool Trip { get; } = Declare(TripName, "Books a trip.", """
        {"type":"object","properties":{
          "place":{"type":"object","properties":{"city":{"type":"string","enum":["Zürich \"north\" \\ 漢字 😀"]},"zip":{"enum":[8001]}},"required":["city","zip"]},
          "days":{"type":"array","items":{"enum":[1.5]},"minItems":2,"maxItems":2},
          "express":{"enum":[true]},
          "note":{"enum":[null]}},
        "required":["place","days","express","note"]}
        """);

    /// <summary>Checks a call's name, id and arguments.</summary>
    public static void ExpectCall(FunctionCallContent call, string name, string arguments)
    {
        Expect.Equal(name, call.Name, "the called tool");
        Expect.That(!string.IsNullOrEmpty(call.CallId), $"Expected the call of '{name}' to have an id; it has none.");
        Expect.That(call.Exception is null, $"Expected the arguments of '{name}' to be readable; the call carries {call.Exception?.GetType().Name}: {call.Exception?.Message}");
        JsonNode? actual = ToNode(call.Arguments);
        Expect.That(
            JsonNode.DeepEquals(JsonNode.Parse(arguments), actual ?? new JsonObject()),
            $"Expected the arguments of '{name}' to be {arguments}; they were {actual?.ToJsonString() ?? "null"}.");
    }

    /// <summary>The one call of an answer.</summary>
    public static FunctionCallContent Single(ReadAnswer answer) => answer.Calls is [var call]
        ? call
        : throw new ConformanceException($"Expected one tool call; the answer has {answer.Calls.Length}, and {answer.Text.Length} characters of text.");

    public static JsonNode? ToNode(IDictionary<string, object?>? arguments) => arguments is null
        ? null
        : JsonSerializer.SerializeToNode(arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));

    private static AIFunctionDeclaration Declare(string name, string description, string schema)
    {
        using JsonDocument document = JsonDocument.Parse(schema);
        return AIFunctionFactory.CreateDeclaration(name, description, document.RootElement.Clone());
    }
}
