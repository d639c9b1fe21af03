using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Options and messages at one moment: their values, deeply, and the instances they are made of.</summary>
internal sealed class Snapshot
{
    private readonly List<string> _values = [];
    private readonly List<object?> _instances = [];

    public static Snapshot Of(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        var snapshot = new Snapshot();
        snapshot.AddOptions(options);
        foreach (ChatMessage message in messages)
        {
            snapshot.AddMessage(message);
        }

        return snapshot;
    }

    /// <summary>Fails when anything differs from a later snapshot.</summary>
    public void ExpectSame(Snapshot later, string method)
    {
        Expect.Equal(_values.Count, later._values.Count, $"the number of options and messages after {method}");
        foreach ((string before, string after) in _values.Zip(later._values))
        {
            Expect.Text(before, after, $"options and messages after {method} as they were before,");
        }

        Expect.That(
            _instances.SequenceEqual(later._instances, ReferenceEqualityComparer.Instance),
            $"Expected {method} to leave the caller's own lists and objects in place; at least one was replaced.");
    }

    // Tools and the factory are not part of the options' JSON.
    private void AddOptions(ChatOptions options)
    {
        AddValue(options);
        _values.AddRange((options.Tools ?? []).Select(static tool =>
            $"{tool.Name}|{tool.Description}|{(tool as AIFunctionDeclaration)?.JsonSchema.GetRawText()}|{string.Join(',', tool.AdditionalProperties.Keys)}"));
        _instances.AddRange([
            options.Tools, .. options.Tools ?? [], options.StopSequences, options.AdditionalProperties, .. options.AdditionalProperties?.Values ?? [],
            options.ResponseFormat, options.ToolMode, options.Reasoning, options.RawRepresentationFactory]);
    }

    private void AddMessage(ChatMessage message)
    {
        AddValue(message);
        _instances.AddRange([message, message.Contents, .. message.Contents, message.AdditionalProperties, message.RawRepresentation]);
        _instances.AddRange(message.Contents.OfType<FunctionCallContent>().Select(static call => call.Arguments));
    }

    private void AddValue<T>(T value) => _values.Add(JsonSerializer.Serialize(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T))));
}
