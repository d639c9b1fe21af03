using ConsoleChat.Input;
using Microsoft.Extensions.AI;
using StreamingAdapters;
using StreamingAdapters.Metadata;
using StreamingAdapters.Streams;

namespace ConsoleChat.Answers;

/// <summary>Asks, prints the answer as it comes, and keeps the conversation.</summary>
internal sealed class Answerer
{
    private readonly List<ChatMessage> _history = [];
    private readonly ChatTarget _target;
    private readonly ChatTerminal _terminal;
    private readonly Interruption _interruption;
    private string? _conversationId;

    public Answerer(ChatTarget target, string? systemMessage, ChatTerminal terminal, Interruption interruption)
    {
        (_target, _terminal, _interruption) = (target, terminal, interruption);
        if (systemMessage is not null)
        {
            _history.Add(new ChatMessage(ChatRole.System, systemMessage));
        }
    }

    /// <summary>One question and its answer. Whatever goes wrong is in the result; what came before it is printed and kept.</summary>
    public async Task<AnswerResult> AskAsync(string prompt)
    {
        _history.Add(new ChatMessage(ChatRole.User, prompt));
        List<ChatResponseUpdate> updates = [];
        StreamingMode mode = _target.Mode;
        var meter = new AnswerMeter(_terminal.TimeProvider);
        Exception? failure = await StreamAsync(updates, meter);
        ChatResponse response = updates.ToChatResponse();
        Remember(response, isWhole: failure is null, IsKeptByServer(updates));
        return new AnswerResult
        {
            Provider = _target.Provider.Name,
            Model = response.ModelId ?? _target.Model,
            Mode = mode,
            Text = response.Text,
            Chunks = meter.Chunks,
            FirstContent = meter.FirstContent,
            ChunksPerSecond = meter.ChunksPerSecond,
            FinishReason = response.FinishReason,
            Usage = response.Usage,
            Summary = response.GetStreamSummary() ?? failure?.GetStreamSummary(),
            LastIndex = meter.LastIndex,
            Error = failure is null ? null : ErrorSentence.Of(failure, _target),
        };
    }

    private async Task<Exception?> StreamAsync(List<ChatResponseUpdate> updates, AnswerMeter meter)
    {
        using Interruption.Answer answer = _interruption.BeginAnswer();
        var writer = new AnswerWriter(_terminal);
        try
        {
            await foreach (ChatResponseUpdate update in _target.Client.GetStreamingResponseAsync(_history, new ChatOptions { ConversationId = _conversationId }, answer.Token))
            {
                meter.Count(update);
                updates.Add(update);
                writer.Write(update);
            }

            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
        finally
        {
            writer.End();
        }
    }

    // LM Studio's own API keeps the conversation, and takes new messages alone. Where calls are routed, the answer says its route.
    private bool IsKeptByServer(IEnumerable<ChatResponseUpdate> updates)
    {
        object? route = updates.Select(update => update.AdditionalProperties?.GetValueOrDefault(StreamingKeys.Route)).FirstOrDefault(name => name is not null);
        return _target.Client.GetService(typeof(LMStudioChatClient), route) is not null;
    }

    // A partial is part of the conversation. A question without any answer is not: many models refuse two user messages in a row.
    private void Remember(ChatResponse response, bool isWhole, bool isKept)
    {
        if (isKept && isWhole && response.ConversationId is not null)
        {
            _history.Clear();
            _conversationId = response.ConversationId;
        }
        else if ((!isKept || isWhole) && response.Text.Length > 0)
        {
            _history.AddMessages(response);
        }
        else
        {
            _history.RemoveAt(_history.Count - 1);
        }
    }
}
