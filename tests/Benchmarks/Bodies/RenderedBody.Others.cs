using System.Globalization;
using System.Text;

namespace Benchmarks.Bodies;

/// <content>The other protocols.</content>
internal sealed partial record RenderedBody
{
    /// <summary>Anthropic's Messages: named events, whose JSON ends in blanks that hide the length of its text.</summary>
    public static RenderedBody Anthropic(int deltas)
    {
        string[] texts = TokenTexts.Create(deltas);
        var random = new Random(13);
        var body = new StringBuilder(deltas * 160);
        Named("message_start", "\"message\":{\"id\":\"msg_01PgicqXb8hKdXEPHm3LLTGF\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"claude-sonnet-4-6\",\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}");
        Named("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
        foreach (string text in texts)
        {
            body.Append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"");
            AppendEscaped(body, text, escapesHtml: false);
            body.Append("\"}").Append(' ', random.Next(16)).Append("}\n\n");
        }

        Named("content_block_stop", "\"index\":0");
        Named("message_delta", string.Create(CultureInfo.InvariantCulture, $"\"delta\":{{\"stop_reason\":\"end_turn\",\"stop_sequence\":null}},\"usage\":{{\"output_tokens\":{deltas}}}"));
        body.Append("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        return Create(body, "text/event-stream", texts);

        void Named(string type, string members) => body.Append(CultureInfo.InvariantCulture, $"event: {type}\ndata: {{\"type\":\"{type}\",{members}}}\n\n");
    }

    /// <summary>Gemini's events with CRLF: what is known of the usage stands on each.</summary>
    /// <param name="deltas">How many texts there are.</param>
    /// <param name="counts">Whether the usage grows with each, as Gemini 3 sends it; else it changes at the end alone, as Gemini 2 sends it.</param>
    public static RenderedBody Gemini(int deltas, bool counts = false)
    {
        string[] texts = TokenTexts.Create(deltas);
        var body = new StringBuilder(deltas * 350);
        int count = 0;
        foreach (string text in texts)
        {
            body.Append("data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"");
            AppendEscaped(body, text, escapesHtml: false);
            string tokens = counts ? string.Create(CultureInfo.InvariantCulture, $"\"candidatesTokenCount\": {++count},\"totalTokenCount\": {count + 12}") : "\"totalTokenCount\": 12";
            body.Append("\"}],\"role\": \"model\"}}],\"usageMetadata\": {\"promptTokenCount\": 12,").Append(tokens).Append(",\"promptTokensDetails\": [{\"modality\": \"TEXT\",\"tokenCount\": 12}]},");
            body.Append("\"modelVersion\": \"gemini-2.0-flash\",\"responseId\": \"a4FfaoS0DsW8sOIPxon_iAc\"}\r\n\r\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"data: {{\"candidates\": [{{\"finishReason\": \"STOP\"}}],\"usageMetadata\": {{\"promptTokenCount\": 12,\"candidatesTokenCount\": {deltas},\"totalTokenCount\": {deltas + 12}}}}}\r\n\r\n");
        return Create(body, "text/event-stream", texts);
    }

    /// <summary>LM Studio's own events, named, with nothing but the text.</summary>
    public static RenderedBody LMStudio(int deltas)
    {
        string[] texts = TokenTexts.Create(deltas);
        var body = new StringBuilder(deltas * 80);
        body.Append("event: chat.start\ndata: {\"type\":\"chat.start\",\"model_instance_id\":\"openai/gpt-oss-20b\"}\n\n");
        foreach (string text in texts)
        {
            body.Append("event: message.delta\ndata: {\"type\":\"message.delta\",\"content\":\"");
            AppendEscaped(body, text, escapesHtml: false);
            body.Append("\"}\n\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"event: chat.end\ndata: {{\"type\":\"chat.end\",\"result\":{{\"model_instance_id\":\"openai/gpt-oss-20b\",\"output\":[],\"stats\":{{\"input_tokens\":12,\"total_output_tokens\":{deltas}}},\"response_id\":\"resp_02b2017dbc06c12b\"}}}}\n\n");
        return Create(body, "text/event-stream", texts);
    }

    /// <summary>OpenAI's Responses: named and numbered events, with padding that hides the length of their text.</summary>
    public static RenderedBody Responses(int deltas)
    {
        string[] texts = TokenTexts.Create(deltas);
        var random = new Random(17);
        var body = new StringBuilder(deltas * 330);
        int number = 0;
        Named("response.created", "\"response\":{\"id\":\"resp_0e2ed64344ac7f31\",\"object\":\"response\",\"created_at\":1754041325,\"status\":\"in_progress\",\"model\":\"gpt-4o-mini-2024-07-18\"}");
        Named("response.output_item.added", "\"output_index\":0,\"item\":{\"id\":\"msg_0e2ed64344ac7f31016994b3\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],\"role\":\"assistant\"}");
        foreach (string text in texts)
        {
            body.Append(CultureInfo.InvariantCulture, $"event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"content_index\":0,\"delta\":\"");
            AppendEscaped(body, text, escapesHtml: false);
            string padding = random.GetString(PaddingCharacters, 1 + random.Next(16));
            body.Append(CultureInfo.InvariantCulture, $"\",\"item_id\":\"msg_0e2ed64344ac7f31016994b3\",\"logprobs\":[],\"obfuscation\":\"{padding}\",\"output_index\":0,\"sequence_number\":{number++}}}\n\n");
        }

        Named("response.completed", string.Create(CultureInfo.InvariantCulture, $"\"response\":{{\"id\":\"resp_0e2ed64344ac7f31\",\"status\":\"completed\",\"usage\":{{\"input_tokens\":12,\"output_tokens\":{deltas},\"total_tokens\":{deltas + 12}}}}}"));
        return Create(body, "text/event-stream", texts);

        void Named(string type, string members) => body.Append(CultureInfo.InvariantCulture, $"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":{number++},{members}}}\n\n");
    }
}
