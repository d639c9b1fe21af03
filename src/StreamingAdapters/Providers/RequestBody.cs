using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Json;

namespace StreamingAdapters.Providers;

/// <summary>
/// A request body in the making: what the caller's <see cref="ChatOptions.RawRepresentationFactory"/> gave stands, everything else fills
/// what is unset.
/// </summary>
internal sealed class RequestBody
{
    // A model reads "Zürich" better than "Z\u00FCrich", and in fewer tokens; no browser ever reads a request.
    private static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = Writer.Encoder };

    private readonly JsonObject _root;

    private RequestBody(JsonObject root) => _root = root;

    /// <summary>Begins with the caller's own body, if its factory gives a <see cref="JsonObject"/> or an object as <see cref="JsonElement"/>.</summary>
    public static RequestBody Begin(ChatOptions? options, IChatClient client) => Begin(options?.RawRepresentationFactory?.Invoke(client));

    /// <summary>Begins with what a factory gave: a <see cref="JsonObject"/> or an object as <see cref="JsonElement"/>; anything else is nothing.</summary>
    public static RequestBody Begin(object? given) => new(given switch
    {
        JsonObject raw => raw.DeepClone().AsObject(),
        JsonElement { ValueKind: JsonValueKind.Object } raw => JsonObject.Create(raw)!.DeepClone().AsObject(),
        _ => [],
    });

    /// <summary>Sets a member that is unset; null sets nothing.</summary>
    public void Set(string name, JsonNode? value) => Set(_root, name, value);

    /// <summary>Sets a member that is unset; where an object stands there, the members of another one that it has not.</summary>
    public void Fill(string name, JsonNode? value)
    {
        if (_root[name] is JsonObject owner && value is JsonObject members)
        {
            foreach ((string member, JsonNode? own) in members)
            {
                owner.TryAdd(member, own?.DeepClone());
            }
        }
        else
        {
            Set(name, value);
        }
    }

    /// <summary>Sets whether to stream: a caller's own choice stands, but a server that refuses to stream is not asked to.</summary>
    public void SetStreaming(bool isStreaming)
    {
        if (!isStreaming)
        {
            Remove("stream");
        }

        Set("stream", isStreaming);
    }

    /// <summary>Whether the member is set.</summary>
    public bool Has(string name) => _root.ContainsKey(name);

    /// <summary>Whether the member is set to true.</summary>
    public bool IsTrue(string name) => _root[name] is JsonValue value && value.TryGetValue(out bool isTrue) && isTrue;

    /// <summary>Whether the member is set to false.</summary>
    public bool IsFalse(string name) => _root[name] is JsonValue value && value.TryGetValue(out bool isTrue) && !isTrue;

    /// <summary>Removes a member, also one of the caller's.</summary>
    public void Remove(string name) => _root.Remove(name);

    /// <summary>The object under a name, made when it is absent; null when something else stands there.</summary>
    public JsonObject? Object(string name)
    {
        if (_root[name] is null)
        {
            _root[name] = new JsonObject();
        }

        return _root[name] as JsonObject;
    }

    /// <summary>The array under a name, made when it is absent; null when something else stands there.</summary>
    public JsonArray? Array(string name)
    {
        Set(name, new JsonArray());
        return _root[name] as JsonArray;
    }

    /// <summary>Removes an object that stayed empty.</summary>
    public void RemoveIfEmpty(string name)
    {
        if (_root[name] is JsonObject { Count: 0 })
        {
            _root.Remove(name);
        }
    }

    /// <summary>The body's bytes.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Writer))
        {
            _root.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Sets a member of an object that is unset; null sets nothing.</summary>
    public static void Set(JsonObject? owner, string name, JsonNode? value)
    {
        if (owner is not null && value is not null && !owner.ContainsKey(name))
        {
            owner[name] = value;
        }
    }

    /// <summary>The contents that a tool's result is made of; none where it is anything else.</summary>
    public static AIContent[] Contents(object? result) => result is AIContent single ? [single] : [.. result as IEnumerable<AIContent> ?? []];

    /// <summary>A value of the application as true or false; null for anything else.</summary>
    public static bool? ToBoolean(object? value) => value switch
    {
        bool known => known,
        JsonElement { ValueKind: JsonValueKind.True or JsonValueKind.False } json => json.GetBoolean(),
        JsonValue json when json.TryGetValue(out bool known) => known,
        _ => null,
    };

    /// <summary>Texts as an array; null when there are none.</summary>
    public static JsonArray? ToArray(IList<string>? texts) => texts is { Count: > 0 } ? new JsonArray([.. texts.Select(text => JsonValue.Create(text))]) : null;

    /// <summary>
    /// A message as the protocol's messages: results follow the calls that they answer, also within one message; a user's words follow the results.
    /// </summary>
    public static IEnumerable<JsonObject> InOrder(ChatMessage message, Func<ChatMessage, JsonObject> map, Func<FunctionResultContent, JsonObject> mapResult)
    {
        bool hasOwn = message.Contents.Count == 0 || message.Contents.Any(content => content is not FunctionResultContent);
        IEnumerable<JsonObject> results = message.Contents.OfType<FunctionResultContent>().Select(mapResult);
        return !hasOwn ? results : message.Role == ChatRole.Assistant ? results.Prepend(map(message)) : results.Append(map(message));
    }

    /// <summary>A value of the application as JSON, written as <see cref="AIJsonUtilities.DefaultOptions"/> does.</summary>
    /// <exception cref="ChatValidationException">Its type has no JSON contract there.</exception>
    public static JsonNode? ToNode(object? value, string what)
    {
        try
        {
            return value is JsonNode node ? node.DeepClone() : JsonSerializer.SerializeToNode(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object)));
        }
        catch (NotSupportedException)
        {
            throw new ChatValidationException(
                $"{what} has the type {value!.GetType().Name}, which AIJsonUtilities.DefaultOptions cannot write; give a JsonElement, JsonNode, string or number instead.");
        }
    }

    /// <summary>A value of the application as the text of its JSON.</summary>
    /// <exception cref="ChatValidationException">Its type has no JSON contract there.</exception>
    public static string ToJson(object? value, string what) => ToNode(value, what)?.ToJsonString(Compact) ?? "null";

    /// <summary>A tool's result as the text that the model reads: a string as it is, anything else as JSON.</summary>
    public static string ToText(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => JsonText.GetString(json)!,
        TextContent text => text.Text,
        IEnumerable<AIContent> contents => string.Concat(contents.OfType<TextContent>().Select(text => text.Text)),
        _ => ToJson(result, "A tool's result"),
    };

    /// <inheritdoc cref="ProviderProperties(AdditionalPropertiesDictionary?)"/>
    public static IEnumerable<KeyValuePair<string, object>> ProviderProperties(ChatOptions? options) => ProviderProperties(options?.AdditionalProperties);

    /// <summary>The additional properties that belong to the provider: not null, and none of this library's own.</summary>
    public static IEnumerable<KeyValuePair<string, object>> ProviderProperties(AdditionalPropertiesDictionary? properties) =>
        from property in properties ?? []
        where property.Value is not null && !Streams.StreamingKeys.IsOurs(property.Key)
        select KeyValuePair.Create(property.Key, property.Value!);
}
