using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Json;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Providers.Ollama;

/// <summary>Lines of <c>/api/chat</c> and <c>/api/generate</c> to updates. Complete at <c>done:true</c>.</summary>
internal sealed class OllamaStreamDecoder(ErrorContext context, bool fastPath = true) : StreamDecoder(context, fastPath)
{
    private static readonly string[] Durations = ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"];

    private readonly ConstantExtra _remoteModel = new("remote_model");
    private readonly ConstantExtra _remoteHost = new("remote_host");

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
        Tell(_remoteModel, chunk.RemoteModel, line);
        Tell(_remoteHost, chunk.RemoteHost, line);
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
        if (root.TryGet("message"u8, out JsonElement message) && message.ValueKind == JsonValueKind.Object)
        {
            AddToolCalls(message);
            AddImages(message);
        }

        if (root.TryGet("logprobs"u8, out JsonElement logprobs) && logprobs.ValueKind == JsonValueKind.Array)
        {
            RawRepresentation = root;
        }
    }

    private void AddToolCalls(JsonElement message)
    {
        if (!message.TryGet("tool_calls"u8, out JsonElement calls))
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
            if (!call.TryGet("function"u8, out JsonElement function) || function.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("A tool call has no function.");
            }

            // An object by the protocol; some proxies send its text.
            string arguments = function.TryGet("arguments"u8, out JsonElement value) ? JsonText.GetString(value) ?? JsonRepair.Repair(value) : "";
            Add(FunctionCalls.Create(call.Text("id"u8), function.Text("name"u8) ?? "", arguments));
        }
    }

    private void AddImages(JsonElement message)
    {
        foreach (JsonElement image in message.Items("images"u8))
        {
            if (JsonText.GetString(image) is { } base64 && Base64.IsValid(base64))
            {
                Add(new DataContent(Convert.FromBase64String(base64), "image/png"));
            }
        }
    }

    private void Finish(JsonElement root)
    {
        string? raw = root.Text("done_reason"u8);
        SetFinishReason(raw is null or "" ? ChatFinishReason.Stop : new ChatFinishReason(raw), raw is null or "" ? "stop" : raw);
        Usage = ReadUsage(root);
        foreach (string name in Durations)
        {
            if (root.Number(name) is { } nanoseconds)
            {
                SetProperty(name, TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick));
            }
        }

        Complete();
    }

    // A count of zero is omitted, and the prompt's count was too when the prompt was cached (older servers): absent is unknown, not zero.
    private static UsageDetails? ReadUsage(JsonElement root)
    {
        long? input = root.Number("prompt_eval_count");
        long? output = root.Number("eval_count");
        return input is null && output is null ? null : new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = (input ?? 0) + (output ?? 0),
        };
    }
}
