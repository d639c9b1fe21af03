using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Providers;

/// <summary>Tools for requests.</summary>
internal static class SampleTools
{
    public const string SchemaJson = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    public static AIFunctionDeclaration Weather { get; } = AIFunctionFactory.CreateDeclaration("weather", "The weather of a city.", JsonDocument.Parse(SchemaJson).RootElement);

    /// <summary>How both protocols write <see cref="Weather"/>.</summary>
    public static string WeatherJson => $$$"""{"type":"function","function":{"name":"weather","description":"The weather of a city.","parameters":{{{SchemaJson}}}}}""";

    /// <summary>A function of another making: with additional properties, or a schema that is none.</summary>
    public sealed class Custom(string name, string schema, object? strict) : AIFunctionDeclaration
    {
        public override string Name => name;

        public override JsonElement JsonSchema => JsonDocument.Parse(schema).RootElement;

        public override IReadOnlyDictionary<string, object?> AdditionalProperties => strict is null ? new Dictionary<string, object?>(StringComparer.Ordinal) : new Dictionary<string, object?>(StringComparer.Ordinal) { ["strict"] = strict };
    }

    /// <summary>A tool that the server would have to bring along.</summary>
    public static AITool Hosted { get; } = new HostedWebSearchTool();
}
