using System.Globalization;
using System.Text;

namespace Benchmarks.Bodies;

/// <summary>A whole answer as bytes, rendered once the way a real server writes it.</summary>
internal sealed partial record RenderedBody(byte[] Bytes, string MediaType, int Deltas, long Characters)
{
    private const string OpenAIHead =
        "data: {\"id\":\"chatcmpl-C1nGq7Xh2vLkP0sWbYtE4uRzA9dMf\",\"object\":\"chat.completion.chunk\",\"created\":1754041325,\"model\":\"gpt-4o-mini-2024-07-18\","
        + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_34a54ae93c\",\"choices\":[";

    private const string PaddingCharacters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly DateTime Start = new(2025, 8, 1, 9, 42, 5, DateTimeKind.Utc);

    /// <summary>Chat completions: server-sent events with the fields that OpenAI sends.</summary>
    /// <param name="deltas">How many chunks with text.</param>
    /// <param name="isPadded">Whether each ends with <c>obfuscation</c>, random characters that hide the length of its text.</param>
    public static RenderedBody OpenAI(int deltas, bool isPadded = false)
    {
        string[] texts = TokenTexts.Create(deltas);
        var random = new Random(11);
        var body = new StringBuilder(deltas * 350);
        body.Append(OpenAIHead).Append("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n");
        foreach (string text in texts)
        {
            body.Append(OpenAIHead).Append("{\"index\":0,\"delta\":{\"content\":\"");
            AppendEscaped(body, text, escapesHtml: false);
            body.Append("\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null");
            body.Append(isPadded ? $",\"obfuscation\":\"{random.GetString(PaddingCharacters, 1 + random.Next(16))}\"}}\n\n" : "}\n\n");
        }

        body.Append(OpenAIHead).Append("{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}\n\n");
        body.Append(OpenAIHead).Append(CultureInfo.InvariantCulture, $"],\"usage\":{{\"prompt_tokens\":12,\"completion_tokens\":{deltas},\"total_tokens\":{deltas + 12}}}}}\n\n");
        body.Append("data: [DONE]\n\n");
        return Create(body, "text/event-stream", texts);
    }

    /// <summary>Ollama's <c>/api/chat</c>: lines whose time changes on each.</summary>
    public static RenderedBody Ollama(int deltas)
    {
        string[] texts = TokenTexts.Create(deltas);
        var random = new Random(7);
        DateTime time = Start;
        var body = new StringBuilder(deltas * 140);
        foreach (string text in texts)
        {
            AppendOllamaHead(body, time = time.AddTicks(random.Next(80_000, 260_000)));
            AppendEscaped(body, text, escapesHtml: true);
            body.Append("\"},\"done\":false}\n");
        }

        AppendOllamaHead(body, time.AddTicks(100_000));
        body.Append(CultureInfo.InvariantCulture, $"\"}},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":4883583458,\"load_duration\":1334875,");
        body.Append(CultureInfo.InvariantCulture, $"\"prompt_eval_count\":26,\"prompt_eval_duration\":342546000,\"eval_count\":{deltas},\"eval_duration\":4535599000}}\n");
        return Create(body, "application/x-ndjson", texts);
    }

    private static RenderedBody Create(StringBuilder body, string mediaType, string[] texts) =>
        new(Encoding.UTF8.GetBytes(body.ToString()), mediaType, texts.Length, texts.Sum(text => (long)text.Length));

    // Go prints up to nine digits of a second and drops the zeros at the end, so the length changes now and then.
    private static void AppendOllamaHead(StringBuilder body, DateTime time) => body
        .Append("{\"model\":\"llama3.2:3b\",\"created_at\":\"")
        .Append(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture))
        .Append("\",\"message\":{\"role\":\"assistant\",\"content\":\"");

    // Go's encoder (Ollama) escapes <, > and & as well; everything beyond ASCII stays as it is on both.
    private static void AppendEscaped(StringBuilder body, string text, bool escapesHtml)
    {
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => body.Append("\\\""),
                '\\' => body.Append("\\\\"),
                '\n' => body.Append("\\n"),
                '\t' => body.Append("\\t"),
                '<' or '>' or '&' when escapesHtml => body.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => body.Append(c),
            };
        }
    }
}
