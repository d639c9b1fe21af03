using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Tests.Recordings;

/// <summary>Compares an answer with what was expected of it.</summary>
internal static class ExpectedAnswer
{
    public static void Check(JsonElement expected, DecodedAnswer actual)
    {
        Assert.Equal(String(expected, "text") ?? "", actual.Text);
        Assert.Equal(String(expected, "reasoning") ?? "", actual.Reasoning);
        Assert.Equal(String(expected, "refusal"), actual.Contents.OfType<ErrorContent>().SingleOrDefault()?.Message);
        CheckCounts(expected, actual);
        CheckOtherContents(expected, actual);
        CheckCalls(expected, [.. actual.Contents.OfType<FunctionCallContent>()]);
        CheckFinish(expected, actual);
        CheckUsage(expected, actual.Usage);
        CheckStamps(expected, actual.Updates);
        CheckOtherChoices(expected, actual);
        CheckEnd(expected, actual.Failure);
    }

    private static void CheckCounts(JsonElement expected, DecodedAnswer actual)
    {
        if (expected.TryGetProperty("text_deltas", out JsonElement texts))
        {
            Assert.Equal(texts.GetInt32(), actual.Contents.OfType<TextContent>().Count(content => content.Text.Length > 0));
        }

        if (expected.TryGetProperty("reasoning_deltas", out JsonElement reasonings))
        {
            Assert.Equal(reasonings.GetInt32(), actual.Contents.OfType<TextReasoningContent>().Count(content => content.Text.Length > 0));
        }

        if (String(expected, "sequence") is { } sequence)
        {
            string runs = string.Concat(actual.Contents.Select(Letter));
            Assert.Equal(sequence, string.Concat(runs.Where((letter, i) => i == 0 || letter != runs[i - 1])));
        }

        static string Letter(AIContent content) => content switch
        {
            TextContent { Text.Length: > 0 } => "T",
            TextReasoningContent { Text.Length: > 0 } => "R",
            _ => "",
        };
    }

    private static void CheckOtherContents(JsonElement expected, DecodedAnswer actual)
    {
        if (expected.TryGetProperty("citations", out JsonElement citations))
        {
            IEnumerable<string?> sources = actual.Contents.SelectMany(content => content.Annotations ?? []).OfType<CitationAnnotation>().Where(citation => !IsOfFile(citation)).Select(Source);
            Assert.Equal(citations.EnumerateArray().Select(citation => citation.GetString()).Distinct(), sources.Distinct());
        }

        if (expected.TryGetProperty("server_tools", out JsonElement tools))
        {
            IEnumerable<string> blocks = actual.Contents.Where(content => content.GetType() == typeof(AIContent)).Select(content => Block((JsonElement)content.RawRepresentation!));

            // The expected results do not know Gemini's own tools beside its interpreter.
            Assert.Equal(tools.EnumerateArray().Select(tool => tool.GetString()), blocks.Where(block => block is not ("toolCall" or "toolResponse")));
        }

        if (Number(expected, "images") is { } images)
        {
            Assert.Equal(images, actual.Contents.Count(content => content is DataContent or UriContent || IsShortened(content)));
        }

        // The expected results list no citation of a file that Responses searched.
        static bool IsOfFile(CitationAnnotation citation) => citation.AdditionalProperties?.GetValueOrDefault("type") is "file_citation" or "container_file_citation";

        static string Source(CitationAnnotation citation) => citation.Url?.OriginalString ?? $"{citation.AdditionalProperties?["type"]}:{citation.Title}";

        static string Block(JsonElement block) => String(block, "type") switch
        {
            "server_tool_use" => $"server_tool_use:{String(block, "name")}",
            "tool_call.success" => String(block, "tool")!,
            null => block.EnumerateObject().First(member => member.Name != "thoughtSignature").Name,
            var type => type,
        };
    }

    // One recording's image was shortened, and is no base64 any more.
    private static bool IsShortened(AIContent content) => content.RawRepresentation is JsonElement { ValueKind: JsonValueKind.Object } item && String(item, "result")?.Contains("...", StringComparison.Ordinal) is true;

    private static void CheckCalls(JsonElement expected, FunctionCallContent[] calls)
    {
        // The expected results list what was seen of a call; an answer that is cut hands no half call out. Responses says of each call that it is whole.
        bool isWhole = expected.GetProperty("complete").GetBoolean() || String(expected, "protocol") is "openai-responses";
        JsonElement[] wanted = isWhole && expected.TryGetProperty("tool_calls", out JsonElement list) ? [.. list.EnumerateArray()] : [];
        Assert.Equal(wanted.Select(call => String(call, "name")), calls.Select(call => call.Name));
        Assert.Equal(calls.Length, calls.Select(call => call.CallId).Distinct().Count());
        foreach ((JsonElement want, FunctionCallContent call) in wanted.Zip(calls))
        {
            Assert.Equal(String(want, "id") ?? call.CallId, call.CallId);
            JsonElement arguments = want.GetProperty("arguments");
            if (want.TryGetProperty("custom", out JsonElement custom) && custom.ValueKind == JsonValueKind.True)
            {
                Assert.Equal(String(want, "arguments_raw"), Assert.Single(call.Arguments!, argument => argument.Key == "input").Value);
            }
            else if (arguments.ValueKind == JsonValueKind.Null)
            {
                Assert.Null(call.Arguments);
                Assert.NotNull(call.Exception);
                Assert.Equal(String(want, "arguments_raw"), call.AdditionalProperties!["arguments_raw"]);
            }
            else
            {
                JsonNode actual = new JsonObject(call.Arguments!.Select(a => KeyValuePair.Create(a.Key, a.Value is null ? null : JsonNode.Parse(((JsonElement)a.Value).GetRawText()))));
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(arguments.GetRawText()), actual), $"Arguments of {call.Name} differ: {actual.ToJsonString()}");
            }
        }
    }

    private static void CheckFinish(JsonElement expected, DecodedAnswer actual)
    {
        ChatResponseUpdate? last = actual.Updates.SingleOrDefault(update => update.FinishReason is not null);
        if (expected.TryGetProperty("finish_reason", out JsonElement reason) && (!HasError(expected) || reason.ValueKind == JsonValueKind.Null))
        {
            Assert.Equal(reason.GetString(), last?.FinishReason?.Value);
        }

        if (String(expected, "finish_reason_raw") is { } raw && last is not null)
        {
            Assert.Equal(raw, last.AdditionalProperties?.GetValueOrDefault("finish_reason_raw") ?? last.FinishReason?.Value);
        }
    }

    private static void CheckUsage(JsonElement expected, UsageDetails? actual)
    {
        if (ExpectedUsage.Of(expected) is { } usage)
        {
            usage.Check(actual);
        }
        else
        {
            Assert.Null(actual);
        }
    }

    private static void CheckStamps(JsonElement expected, IReadOnlyList<ChatResponseUpdate> updates)
    {
        Assert.All(updates, update => Assert.Equal(ChatRole.Assistant, update.Role));
        Assert.All(updates, update => Assert.Equal(update.ResponseId, update.MessageId));
        if (updates.Count > 0)
        {
            Assert.Equal(String(expected, "model") ?? updates[^1].ModelId, updates[^1].ModelId);
            // LM Studio's own API names an answer at its end, when the updates have an id: it is the conversation's alone.
            bool isNamedLate = String(expected, "protocol") is "lmstudio-native";
            Assert.Equal(String(expected, "response_id") ?? updates[0].ResponseId, isNamedLate ? updates[^1].ConversationId : updates[^1].ResponseId);
            Assert.Single(updates.Select(update => update.ResponseId).OfType<string>().Distinct(), updates[^1].ResponseId);
            Assert.True(updates.Select(update => update.CreatedAt).OfType<DateTimeOffset>().Distinct().Count() <= 1);
        }

        if (Number(expected, "created") is > 0 and { } created && updates.Count > 0)
        {
            Assert.Equal(created, updates[^1].CreatedAt?.ToUnixTimeSeconds());
        }
    }

    private static void CheckOtherChoices(JsonElement expected, DecodedAnswer actual)
    {
        if (expected.TryGetProperty("other_choices", out JsonElement others) && others.ValueKind == JsonValueKind.Object && others.EnumerateObject().Any() && actual.Failure is null)
        {
            var texts = (Dictionary<string, object?>)actual.Updates[^1].AdditionalProperties!["other_choices"]!;
            Assert.Equal(others.EnumerateObject().Select(other => (other.Name, (object?)String(other.Value, "text"))), texts.Select(other => (other.Key, other.Value)));
        }
    }

    private static void CheckEnd(JsonElement expected, Exception? failure)
    {
        if (expected.GetProperty("complete").GetBoolean())
        {
            Assert.Null(failure);
            return;
        }

        var error = Assert.IsAssignableFrom<ChatAdapterException>(failure);
        if (!HasError(expected))
        {
            Assert.Equal(ChatErrorKind.Truncated, error.Kind);
        }
        else if (String(expected.GetProperty("error"), "message") == "malformed")
        {
            Assert.True(error.Kind is ChatErrorKind.MalformedStream or ChatErrorKind.Truncated, $"Kind {error.Kind}");
        }
        else
        {
            Assert.IsType<ChatProviderException>(error);
            CheckMessage(String(expected.GetProperty("error"), "message"), error.ProviderMessage);
            Assert.Equal(String(expected.GetProperty("error"), "code") ?? String(expected.GetProperty("error"), "type"), error.ErrorCode);
        }
    }

    private static void CheckMessage(string? expected, string? actual)
    {
        if (expected?.StartsWith('{') is not true)
        {
            Assert.Equal(expected, actual);
            return;
        }

        // An error that says nothing is told by its JSON, here without its type.
        JsonObject frame = JsonNode.Parse(actual!)!.AsObject();
        frame.Remove("type");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), frame), actual);
    }

    private static bool HasError(JsonElement expected) => expected.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object;

    private static string? String(JsonElement owner, string name) => owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement owner, string name) => owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? (long)value.GetDouble() : null;
}
