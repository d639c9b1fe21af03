using System.Globalization;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>What two responses to the same request have in common; ids and times differ by nature.</summary>
internal static class ResponseSummary
{
    public static string Of(ChatResponse response)
    {
        IEnumerable<AIContent> contents = response.Messages.SelectMany(static message => message.Contents);
        IEnumerable<string> calls = contents.OfType<FunctionCallContent>().Select(static call => $"{call.Name}({SuiteTools.ToNode(call.Arguments)?.ToJsonString()})");
        UsageDetails? usage = response.Usage;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            messages: {response.Messages.Count} of {string.Join(", ", response.Messages.Select(static message => message.Role.Value))}
            text: {response.Text}
            reasoning: {string.Concat(contents.OfType<TextReasoningContent>().Select(static reasoning => reasoning.Text))}
            calls: {string.Join("; ", calls)}
            finish reason: {response.FinishReason?.Value}
            usage: {usage?.InputTokenCount} + {usage?.OutputTokenCount} = {usage?.TotalTokenCount}
            model: {response.ModelId}
            """);
    }
}
