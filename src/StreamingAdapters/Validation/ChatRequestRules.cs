using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Validation;

/// <summary>What no request may be: pure, all failures at once.</summary>
internal static class ChatRequestRules
{
    /// <summary>Looks at a request.</summary>
    /// <param name="messages">The conversation; may hold null.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="client">What the client says about itself; null when it says nothing.</param>
    /// <param name="rules">What is let through.</param>
    /// <param name="characters">The characters of the request's text; null when nobody counted.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static ChatValidationException? Check(
        IReadOnlyList<ChatMessage?> messages, ChatOptions? options, ChatClientMetadata? client, StreamingValidationOptions rules, long? characters)
    {
        var failures = new RequestFailures();
        if (!rules.AllowNoModel)
        {
            CheckModel(options, client, failures);
        }

        // What is continued has had its messages.
        if (messages.Count == 0 && options?.ContinuationToken is null && !rules.AllowNoMessages)
        {
            failures.Add($"The request has no messages: add one, or set {nameof(StreamingValidationOptions)}.{nameof(rules.AllowNoMessages)}.");
        }

        MessageRules.Check(messages, rules, failures);

        // With the conversation on the server, so may be the call that a result answers.
        if (!rules.AllowAnyToolOrder && string.IsNullOrEmpty(options?.ConversationId))
        {
            ToolOrder.Check(messages, failures);
        }

        LimitRules.Check(messages, options, rules, characters, failures);
        if (options is not null)
        {
            OptionRules.Check(options, rules, failures);
            ToolRules.Check(options, failures);
        }

        return failures.ToException();
    }

    private static void CheckModel(ChatOptions? options, ChatClientMetadata? client, RequestFailures failures)
    {
        // A raw request may name the model where nobody else sees it, and a continuation belongs to the model that began.
        bool mayBeElsewhere = client is null || options is { RawRepresentationFactory: not null } or { ContinuationToken: not null };
        if (!mayBeElsewhere && string.IsNullOrWhiteSpace(options?.ModelId) && string.IsNullOrWhiteSpace(client!.DefaultModelId))
        {
            failures.Add(
                $"{nameof(ChatOptions)}.{nameof(ChatOptions.ModelId)} is empty and the client has no default model: set one of them, or {nameof(StreamingValidationOptions)}.{nameof(StreamingValidationOptions.AllowNoModel)} for a server that chooses.");
        }
    }
}
