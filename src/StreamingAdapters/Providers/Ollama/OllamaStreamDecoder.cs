using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;

namespace StreamingAdapters.Providers.Ollama;

/// <summary>Lines of <c>/api/chat</c> and <c>/api/generate</c> to updates. Complete at <c>done:true</c>.</summary>
internal sealed class OllamaStreamDecoder(ErrorContext context, bool fastPath = true) : StreamDecoder(context, fastPath)
{
    /// <inheritdoc/>
    protected override bool MayEnd => false;

    /// <inheritdoc/>
    protected override void DecodeFrame(in Frame frame)
    {
        ReadOnlySpan<byte> line = frame.Data.Span;
        var chunk = OllamaChunk.Parse(line);
        if (chunk.Error.HasValue)
        {
            FailWithError(JsonSlice.Whole(line).GetElement(line));
            return;
        }

        ModelId ??= chunk.Model.HasText ? chunk.Model.GetString(line) : null;
        CreatedAt ??= chunk.CreatedAt.HasText ? ParseTime(chunk.CreatedAt.GetString(line)) : null;
        AppendText(chunk.Thinking.GetEscaped(line), isReasoning: true);
        AppendText(chunk.Content.GetEscaped(line), isReasoning: false);
        if (chunk.IsPlainText)
        {
            // Of the lines' times the first that can be read counts; from then on none is.
            Learn(line, chunk.Thinking.HasText ? chunk.Thinking : chunk.Content, CreatedAt is null ? default : chunk.CreatedAt);
            return;
        }

        JsonElement root = JsonSlice.Whole(line).GetElement(line);
        AddRest(root);
        if (chunk.IsDone)
        {
            Finish(root);
        }
    }

    // Up to nine fraction digits and any offset; a time that cannot be read is no reason to fail.
    private static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private void AddRest(JsonElement root)
    {
        if (root.TryGetProperty("message"u8, out JsonElement message) && message.ValueKind == JsonValueKind.Object)
        {
            AddToolCalls(message);
            AddImages(message);
        }

        foreach (string name in (ReadOnlySpan<string>)["remote_model", "remote_host"])
        {
            if (root.TryGetProperty(name, out JsonElement value) && JsonText.GetString(value) is { Length: > 0 } text)
            {
                SetProperty(name, text);
            }
        }

        if (root.TryGetProperty("logprobs"u8, out JsonElement logprobs) && logprobs.ValueKind == JsonValueKind.Array)
        {
            RawRepresentation = root;
        }
    }

    private void AddToolCalls(JsonElement message)
    {
        if (!message.TryGetProperty("tool_calls"u8, out JsonElement calls) || calls.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (calls.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("tool_calls must be an array.");
        }

        FlushText();
        foreach (JsonElement call in calls.EnumerateArray())
        {
            if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("function"u8, out JsonElement function) || function.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("A tool call has no function.");
            }

            // An object by the protocol; some proxies send its text.
            string arguments = function.TryGetProperty("arguments"u8, out JsonElement value) ? JsonText.GetString(value) ?? JsonRepair.Repair(value) : "";
            Add(FunctionCalls.Create(JsonText.GetString(call, "id"u8), JsonText.GetString(function, "name"u8) ?? "", arguments));
        }
    }

    private void AddImages(JsonElement message)
    {
        if (message.TryGetProperty("images"u8, out JsonElement images) && images.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement image in images.EnumerateArray())
            {
                if (image.ValueKind == JsonValueKind.String && image.TryGetBytesFromBase64(out byte[]? bytes))
                {
                    Add(new DataContent(bytes, "image/png"));
                }
            }
        }
    }

    private void Finish(JsonElement root)
    {
        string? raw = JsonText.GetString(root, "done_reason"u8);
        SetFinishReason(raw is null or "" ? ChatFinishReason.Stop : new ChatFinishReason(raw), raw is null or "" ? "stop" : raw);
        Usage = ReadUsage(root);
        foreach (string name in (ReadOnlySpan<string>)["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"])
        {
            if (Number(root, name) is { } nanoseconds)
            {
                SetProperty(name, TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick));
            }
        }

        Complete();
    }

    // A count of zero is omitted, and the prompt's count was too when the prompt was cached (older servers): absent is unknown, not zero.
    private static UsageDetails? ReadUsage(JsonElement root)
    {
        long? input = Number(root, "prompt_eval_count");
        long? output = Number(root, "eval_count");
        return input is null && output is null ? null : new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = (input ?? 0) + (output ?? 0),
        };
    }

    private static long? Number(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt64(out long whole) ? whole : (long)value.GetDouble()
            : null;
}
