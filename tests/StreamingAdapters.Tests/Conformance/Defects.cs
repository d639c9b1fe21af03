using System.Globalization;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Conformance;

/// <summary>Deliberate defects of chat clients, each with the checks that must notice it.</summary>
internal static class Defects
{
    public static readonly IReadOnlyDictionary<string, (Func<IChatClient, IChatClient> Break, string[] Checks)> All =
        new Dictionary<string, (Func<IChatClient, IChatClient>, string[])>
        {
            ["late argument check"] = (Client(static inner => new(inner) { ChecksAtTheCall = false }), ["Arguments.NullMessagesStreaming"]),
            ["no finish reason"] = (OfUpdate(static update => update.FinishReason = null), ["Streaming.FinishReasonOnce", "Streaming.LengthReported", "Framing.FinishesTwice"]),
            ["finish reason on every update"] = (OfUpdate(static update => update.FinishReason = ChatFinishReason.Stop), ["Streaming.FinishReasonOnce"]),
            ["usage twice"] = (OfUpdate(RepeatUsage), ["Usage.ExactlyOnce", "Usage.Counts"]),
            ["no usage"] = (OfUpdate(static update => update.Contents = [.. update.Contents.Where(static content => content is not UsageContent)]), ["Usage.ExactlyOnce", "Usage.TotalIsSum"]),
            ["new message id on every update"] = (OfUpdate(static update => update.MessageId = Guid.NewGuid().ToString()), ["Streaming.SameIdentity", "Streaming.OneMessage"]),
            ["no role"] = (OfUpdate(static update => update.Role = null), ["Streaming.SameIdentity"]),
            ["no model"] = (OfUpdate(static update => update.ModelId = null), ["Streaming.SameIdentity"]),
            ["lost text"] = (OfUpdate(static update => update.Contents = [.. update.Contents.Where(static content => content is not TextContent { Text.Length: < 3 })]), ["Streaming.WholeText"]),
            ["no reasoning"] = (OfUpdate(static update => update.Contents = [.. update.Contents.Where(static content => content is not TextReasoningContent)]), ["Reasoning.BeforeText"]),
            ["reasoning as text"] = (OfUpdate(ReasoningAsText), ["Reasoning.BeforeText"]),
            ["call without arguments"] = (OfUpdate(static update => update.Contents.OfType<FunctionCallContent>().ToList().ForEach(static call => call.Arguments = null)), ["Tools.Nested", "Tools.Fragments"]),
            ["one id for all calls"] = (OfUpdate(OneIdForAllCalls), ["Tools.Parallel"]),
            ["known finish reasons alone"] = (OfUpdate(static update => update.FinishReason = update.FinishReason is null ? null : ChatFinishReason.Stop), ["Framing.UnknownFinishReason"]),
            ["swallowed failure"] = (OfUpdates(SwallowFailureAsync), ["Truncation.EndOfBody", "Truncation.Reset", "Truncation.EmptyBody", "StreamErrors.AfterText", "Framing.Malformed", "Errors.Status500"]),
            ["failure before the text"] = (OfUpdates(FailFirstAsync), ["StreamErrors.AfterText", "Framing.Oversize"]),
            ["prompt in the message"] = (OfUpdates(LeakAsync), ["Errors.Status401", "StreamErrors.AfterText"]),
            ["changed options"] = (OfArguments(static (_, options) => options?.StopSequences?.Add("~")), ["Purity.Untouched"]),
            ["replaced list in the options"] = (OfArguments(static (_, options) => options?.StopSequences = [.. options.StopSequences ?? []]), ["Purity.Untouched"]),
            ["changed tool call in the history"] = (OfArguments(ChangeCall), ["Purity.UntouchedWithTools"]),
            ["changed messages"] = (OfArguments(static (messages, _) => (messages as IList<ChatMessage>)?.Insert(0, new ChatMessage(ChatRole.System, "Mine."))), ["Purity.Untouched"]),
            ["messages read twice"] = (OfArguments(static (messages, _) => messages.Count()), ["Arguments.SingleUseMessages"]),
            ["ignored model"] = (OfArguments(static (_, options) => options?.ModelId = null), ["Requests.ModelOverride", "Errors.UnknownModel"]),
            ["ignored instructions"] = (OfArguments(static (_, options) => options?.Instructions = null), ["Requests.Instructions"]),
            ["ignored factory"] = (OfArguments(static (_, options) => options?.RawRepresentationFactory = null), ["Requests.RawRepresentation"]),
            ["another whole answer"] = (Client(static inner => new(inner) { Response = static response => { response.FinishReason = null; return response; } }), ["Streaming.SameAsWhole"]),
            ["token not passed on"] = (Client(static inner => new(inner) { PassesToken = false }), ["Cancellation.BeforeTheCall"]),
            ["token replaced"] = (OfUpdates(ReplaceTokenAsync), ["Cancellation.BetweenChunks", "Cancellation.WhileSilent"]),
            ["no metadata"] = (OfService(static (client, type, key) => type == typeof(ChatClientMetadata) ? null : Right(client, type, key)), ["Services.Metadata"]),
            ["not itself"] = (OfService(static (client, type, key) => type == typeof(IChatClient) ? null : Right(client, type, key)), ["Services.Self"]),
            ["ignored key"] = (OfService(static (client, type, _) => Right(client, type, null)), ["Services.Keyed"]),
            ["itself for any type"] = (OfService(static (client, type, key) => Right(client, type, key) ?? client), ["Services.Unknown"]),
            ["null type forgiven"] = (OfService(static (client, type, key) => type is null ? null : Right(client, type, key)), ["Services.NullType"]),
            ["lost U+FFFD"] = (OfText(static text => text.Replace("\uFFFD", "", StringComparison.Ordinal)), ["Unicode.LoneSurrogate", "Unicode.InvalidUtf8"]),
            ["halves apart"] = (OfText(static text => text.Replace("😀", "\uFFFD\uFFFD", StringComparison.Ordinal)), ["Unicode.SplitSurrogates"]),
            ["ignored format"] = (OfArguments(static (_, options) => options?.ResponseFormat = null), ["StructuredOutput.Schema", "StructuredOutput.JsonObject"]),
            ["dropped images"] = (OfArguments(DropImages), ["Images.GoOut"]),
            ["first call for all"] = (FirstCallForAll, ["Concurrency.TwoCalls"]),
            ["lost hint"] = (OfUpdates(LoseHintAsync), ["Errors.RetryAfter"]),
            ["one enumeration"] = (OfUpdates(Once), ["Concurrency.RepeatedEnumeration"]),
        };

    private static Func<IChatClient, IChatClient> Client(Func<IChatClient, DefectiveChatClient> create) => create;

    private static Func<IChatClient, IChatClient> OfArguments(Action<IEnumerable<ChatMessage>, ChatOptions?> change) => Client(inner => new(inner) { Arguments = change });

    private static Func<IChatClient, IChatClient> OfService(Func<IChatClient, Type, object?, object?> service) => inner => new DefectiveChatClient(inner)
    {
        Service = (client, type, key) => service(type == typeof(ChatClientMetadata) ? inner : client, type, key),
    };

    private static Func<IChatClient, IChatClient> OfText(Func<string, string> change) => OfUpdate(update =>
    {
        foreach (TextContent content in update.Contents.OfType<TextContent>())
        {
            content.Text = change(content.Text);
        }
    });

    private static Func<IChatClient, IChatClient> OfUpdates(Func<IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerable<ChatResponseUpdate>> change) =>
        Client(inner => new(inner) { Updates = change });

    private static Func<IChatClient, IChatClient> OfUpdate(Action<ChatResponseUpdate> change) => OfUpdates(updates => updates.Select(update =>
    {
        change(update);
        return update;
    }));

    private static void RepeatUsage(ChatResponseUpdate update) => update.Contents = [.. update.Contents, .. update.Contents.OfType<UsageContent>()];

    private static void ReasoningAsText(ChatResponseUpdate update) =>
        update.Contents = [.. update.Contents.Select(static content => content is TextReasoningContent reasoning ? new TextContent(reasoning.Text) : content)];

    private static void OneIdForAllCalls(ChatResponseUpdate update) =>
        update.Contents = [.. update.Contents.Select(static content => content is FunctionCallContent call ? new FunctionCallContent("call_1", call.Name, call.Arguments) : content)];

    private static void ChangeCall(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        foreach (FunctionCallContent call in messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>())
        {
            call.Arguments?.Add($"mine{call.Arguments.Count.ToString(CultureInfo.InvariantCulture)}", 1);
        }
    }

    private static void DropImages(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        foreach (ChatMessage message in messages)
        {
            message.Contents = [.. message.Contents.Where(static content => content is not DataContent)];
        }
    }

    // What a call needs, kept in a field of the client.
    private static DefectiveChatClient FirstCallForAll(IChatClient inner)
    {
        IAsyncEnumerable<ChatResponseUpdate>? first = null;
        return new DefectiveChatClient(inner) { Updates = updates => first ??= updates };
    }

    private static object? Right(IChatClient client, Type type, object? key) =>
        key is null && type.IsInstanceOfType(client) ? client : type == typeof(ChatClientMetadata) ? client.GetService(type, key) : null;

    private static async IAsyncEnumerable<ChatResponseUpdate> SwallowFailureAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        await using IAsyncEnumerator<ChatResponseUpdate> enumerator = updates.GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync())
        {
            yield return enumerator.Current;
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await enumerator.MoveNextAsync();
            }
            catch (ChatAdapterException)
            {
                return false;
            }
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> FailFirstAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        foreach (ChatResponseUpdate update in await updates.ToListAsync(CancellationToken.None))
        {
            yield return update;
        }
    }

    private static IAsyncEnumerable<ChatResponseUpdate> LeakAsync(IAsyncEnumerable<ChatResponseUpdate> updates) =>
        RethrowAsync(updates, static e => new ChatProviderException(e.Kind, $"Failed: {e.ProviderMessage}", e) { StatusCode = e.StatusCode, Provider = e.Provider });

    private static IAsyncEnumerable<ChatResponseUpdate> LoseHintAsync(IAsyncEnumerable<ChatResponseUpdate> updates) =>
        RethrowAsync(updates, static e => new ChatProviderException(e.Kind, e.Message, e) { StatusCode = e.StatusCode, Provider = e.Provider });

    private static async IAsyncEnumerable<ChatResponseUpdate> RethrowAsync(
        IAsyncEnumerable<ChatResponseUpdate> updates, Func<ChatProviderException, ChatProviderException> change)
    {
        List<ChatResponseUpdate> read = [];
        try
        {
            await foreach (ChatResponseUpdate update in updates)
            {
                read.Add(update);
            }
        }
        catch (ChatProviderException e)
        {
            throw change(e);
        }

        foreach (ChatResponseUpdate update in read)
        {
            yield return update;
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> ReplaceTokenAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        await using IAsyncEnumerator<ChatResponseUpdate> enumerator = updates.GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync())
        {
            yield return enumerator.Current;
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await enumerator.MoveNextAsync();
            }
            catch (OperationCanceledException e)
            {
                throw new OperationCanceledException("Cancelled.", e);
            }
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Enumerate(IAsyncEnumerator<ChatResponseUpdate> one)
    {
        while (await one.MoveNextAsync())
        {
            yield return one.Current;
        }
    }

    private static IAsyncEnumerable<ChatResponseUpdate> Once(IAsyncEnumerable<ChatResponseUpdate> updates) => Enumerate(updates.GetAsyncEnumerator(CancellationToken.None));
}
