using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamingAdapters;

namespace ConsoleChat.Answers;

/// <summary>An answer as one line of JSON.</summary>
internal static class JsonLine
{
    // The line is for programs and files, never part of a page: letters outside ASCII may stay as they are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(AnswerResult answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            Write(json, "provider", answer.Provider);
            Write(json, "model", answer.Model);
            Write(json, "mode", answer.Mode is StreamingMode.Enhanced ? "enhanced" : "basic");
            Write(json, "text", answer.Text);
            json.WriteNumber("chunks", answer.Chunks);
            WriteMilliseconds(json, "firstContentMs", answer.FirstContent);
            Write(json, "finishReason", answer.FinishReason?.Value);
            WriteUsage(json, answer.Usage);
            Write(json, "error", answer.Error);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            // By way of UTF-8: a partial may end in half a surrogate pair, which the writer would refuse.
            json.WriteString(name, Encoding.UTF8.GetBytes(value));
        }
    }

    private static void WriteMilliseconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } span)
        {
            json.WriteNumber(name, Math.Round(span.TotalMilliseconds, 1));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteUsage(Utf8JsonWriter json, UsageDetails? usage)
    {
        if (usage is null)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        WriteCount(json, "inputTokens", usage.InputTokenCount);
        WriteCount(json, "outputTokens", usage.OutputTokenCount);
        WriteCount(json, "totalTokens", usage.TotalTokenCount);
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long? count)
    {
        if (count is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
