using Microsoft.Extensions.AI;

namespace StreamingAdapters.Recovery;

/// <summary>A call's request with the text so far, and how a route is asked to go on from it.</summary>
internal sealed class ContinuationRequest(RecoveryRequest request, string text, string instruction) : RecoveryRequest(request.Messages, request.Options)
{
    /// <summary>The text so far.</summary>
    public string Text => text;

    public override (IReadOnlyList<ChatMessage> Messages, ChatOptions? Options) For(Route route)
    {
        (IReadOnlyList<ChatMessage> messages, ChatOptions? options) = request.For(route);
        var partial = new ChatMessage(ChatRole.Assistant, text);
        if (route.Prefill is PrefillStyle.None)
        {
            return ([.. messages, partial, new ChatMessage(ChatRole.User, instruction.Replace(RecoveryContinuationOptions.AnchorPlaceholder, Anchor(), StringComparison.Ordinal))], options);
        }

        if (route.Prefill is PrefillStyle.Prefix)
        {
            (partial.AdditionalProperties ??= [])["prefix"] = true;
        }

        return ([.. messages, partial], route.Prefill is PrefillStyle.ContinueFinalMessage ? Continuing(options) : options);
    }

    // From the beginning of a word, if there is one near.
    private string Anchor()
    {
        if (text.Length <= SeamFinder.AnchorLength)
        {
            return text;
        }

        int start = text.Length - SeamFinder.AnchorLength;
        int blank = text.LastIndexOf(' ', start, SeamFinder.AnchorLength / 2 < start ? SeamFinder.AnchorLength / 2 : start);
        start = blank < 0 ? start : blank + 1;
        return text[(char.IsLowSurrogate(text[start]) ? start - 1 : start)..];
    }

    // As vLLM documents it: the template must not open a message of its own.
    private static ChatOptions Continuing(ChatOptions? options)
    {
        ChatOptions changed = options?.Clone() ?? new ChatOptions();
        changed.AdditionalProperties = changed.AdditionalProperties is { } properties ? new AdditionalPropertiesDictionary(properties) : [];
        changed.AdditionalProperties["continue_final_message"] = true;
        changed.AdditionalProperties["add_generation_prompt"] = false;
        return changed;
    }
}
