using Microsoft.Extensions.AI;
using StreamingAdapters.Validation;

namespace StreamingAdapters.Tests.Validation;

/// <summary>Messages and checks of the rules' tests, in few words.</summary>
internal static class Requests
{
    public static readonly ChatClientMetadata Client = new("scripted", defaultModelId: "scripted");

    public static IReadOnlyList<string> Check(IReadOnlyList<ChatMessage?> messages, ChatOptions? options = null, StreamingValidationOptions? rules = null)
    {
        rules ??= new StreamingValidationOptions();
        return ChatRequestRules.Check(messages, options, Client, rules, LimitRules.Count(messages, options))?.Failures ?? [];
    }

    public static IReadOnlyList<string> Check(ChatOptions options, StreamingValidationOptions? rules = null) => Check([User("Hi")], options, rules);

    public static ChatMessage User(string text = "Hi") => new(ChatRole.User, text);

    public static ChatMessage User(params AIContent[] contents) => new(ChatRole.User, contents);

    public static ChatMessage Assistant(string text = "Hello") => new(ChatRole.Assistant, text);

    public static ChatMessage Assistant(params AIContent[] contents) => new(ChatRole.Assistant, contents);

    public static ChatMessage Tool(params AIContent[] contents) => new(ChatRole.Tool, contents);

    public static FunctionCallContent Call(string id) => new(id, "weather");

    public static FunctionResultContent Result(string id) => new(id, "sunny");
}
