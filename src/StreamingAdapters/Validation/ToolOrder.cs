using Microsoft.Extensions.AI;

namespace StreamingAdapters.Validation;

/// <summary>The order of calls and results in one conversation: a result follows its call, and all results of an answer follow before the conversation goes on.</summary>
/// <remarks>
/// Chat completions and Anthropic's messages refuse anything else. An answer may be several messages, and its results may stand in messages of any role or in
/// the answer itself. Calls that the provider ran itself are informational and need no result; calls that wait for an approval are run by function invocation.
/// </remarks>
internal sealed class ToolOrder
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _approvals = new(StringComparer.Ordinal);
    private readonly List<(string CallId, int Index)> _open = [];
    private readonly RequestFailures _failures;
    private bool _hasResults;

    private ToolOrder(RequestFailures failures) => _failures = failures;

    public static void Check(IReadOnlyList<ChatMessage?> messages, RequestFailures failures)
    {
        ToolOrder? order = null;
        for (int index = 0; index < messages.Count; index++)
        {
            if (messages[index] is { } message && (order is not null || HasTools(message)))
            {
                (order ??= new ToolOrder(failures)).Add(message, index);
            }
        }

        order?.End();
    }

    private static bool HasTools(ChatMessage message)
    {
        for (int position = 0; position < message.Contents.Count; position++)
        {
            if (message.Contents[position] is ToolCallContent or ToolResultContent or ToolApprovalRequestContent or ToolApprovalResponseContent)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(ChatMessage message, int index)
    {
        if (message.Role == ChatRole.Assistant && _hasResults)
        {
            Close("the next answer");
        }

        foreach (AIContent? content in message.Contents)
        {
            AddCall(content, index);
        }

        bool goesOn = message.Role == ChatRole.User;
        bool hasOther = false;
        for (int position = 0; position < message.Contents.Count; position++)
        {
            AIContent? content = message.Contents[position];
            goesOn &= content is not ToolApprovalResponseContent;
            hasOther |= content is not FunctionResultContent;
            if (content is FunctionResultContent result)
            {
                AddResult(result, index, position, isInAnswer: message.Role == ChatRole.Assistant);
            }
        }

        if (goesOn && (hasOther || message.Contents.Count == 0))
        {
            Close("the user's next message");
        }
    }

    private void AddCall(AIContent? content, int index)
    {
        ToolCallContent? call = content switch
        {
            ToolApprovalRequestContent request => request.ToolCall,
            ToolApprovalResponseContent response => response.ToolCall,
            _ => content as ToolCallContent,
        };
        if (call is null)
        {
            return;
        }

        _known.Add(call.CallId);
        if (content is not ToolCallContent)
        {
            _approvals.Add(call.CallId);
        }
        else if (call is FunctionCallContent { InformationalOnly: false })
        {
            _open.Add((call.CallId, index));
        }
    }

    private void AddResult(FunctionResultContent result, int index, int position, bool isInAnswer)
    {
        if (!_known.Contains(result.CallId))
        {
            _failures.Add(
                $"messages[{index}].Contents[{position}] is the result of a tool call ({RequestFailures.Quote(result.CallId)}) that no message before it has: keep the assistant's message with the call, or leave out the result.");
        }

        // Servers without ids of their own repeat them: the first that is open is the one that is meant.
        int open = _open.FindIndex(call => call.CallId == result.CallId);
        if (open >= 0)
        {
            _open.RemoveAt(open);
        }

        _hasResults |= !isInAnswer;
    }

    private void Close(string next)
    {
        foreach ((string callId, int index) in _open)
        {
            if (!_approvals.Contains(callId))
            {
                _failures.Add(
                    $"messages[{index}] holds a tool call ({RequestFailures.Quote(callId)}) without a result before {next}: add a {nameof(FunctionResultContent)}, or leave out the call.");
            }
        }

        _open.Clear();
        _hasResults = false;
    }

    private void End()
    {
        // With no result at all, somebody inside may be about to run the calls; with some, nobody is.
        if (_hasResults)
        {
            Close("the end of the conversation");
        }
    }
}
