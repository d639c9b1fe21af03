using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Benchmarks.Bodies;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using StreamingAdapters.Errors;
using StreamingAdapters.Framing;
using StreamingAdapters.Providers;
using StreamingAdapters.Providers.Ollama;
using StreamingAdapters.Providers.OpenAI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using StreamingAdapters;

namespace Benchmarks.Quick;

/// <summary>What is measured: each reads a whole answer and returns how many characters of text it found, so that nothing can be left out unseen.</summary>
internal sealed class DecodeCases(int deltas)
{
    private const string Model = "gpt-4o-mini";
    private static readonly ErrorContext Context = new("benchmark");
    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "Hello")];

    private readonly RenderedBody _openAI = RenderedBody.OpenAI(deltas);
    private readonly RenderedBody _ollama = RenderedBody.Ollama(deltas);
    private readonly RenderedBody _padded = RenderedBody.OpenAI(deltas, isPadded: true);
    private readonly RenderedBody _anthropic = RenderedBody.Anthropic(deltas);
    private readonly RenderedBody _gemini = RenderedBody.Gemini(deltas);
    private readonly RenderedBody _geminiCounts = RenderedBody.Gemini(deltas, counts: true);
    private readonly RenderedBody _lmStudio = RenderedBody.LMStudio(deltas);
    private readonly RenderedBody _responses = RenderedBody.Responses(deltas);
    private IChatClient? _anthropicClient;
    private IChatClient? _anthropicSdk;
    private IChatClient? _geminiClient;
    private IChatClient? _geminiCountsClient;
    private IChatClient? _lmStudioClient;
    private IChatClient? _responsesClient;
    private OpenAIChatClient? _openAIClient;
    private OpenAIChatClient? _paddedClient;
    private OllamaChatClient? _ollamaClient;
    private ChatClient? _sdk;

    /// <summary>The characters that every case must find.</summary>
    public long Characters => _openAI.Characters;

    private OpenAIChatClient OpenAIClient => _openAIClient ??= CreateOpenAI(_openAI);

    private OpenAIChatClient PaddedClient => _paddedClient ??= CreateOpenAI(_padded);

    private OllamaChatClient OllamaClient => _ollamaClient ??= new OllamaChatClient(new OllamaOptions { Model = "llama3.2:3b" }, new HttpClient(new BodyHandler(_ollama)));

    private ChatClient Sdk => _sdk ??= new ChatClient(Model, new ApiKeyCredential("none"), new OpenAIClientOptions
    {
        Transport = new HttpClientPipelineTransport(new HttpClient(new BodyHandler(_openAI))),
    });

    private IChatClient AnthropicClient => _anthropicClient ??= new AnthropicChatClient(new AnthropicOptions { Model = "claude-sonnet-4-6", ApiKey = "none" }, new HttpClient(new BodyHandler(_anthropic)));

    private IChatClient AnthropicSdk => _anthropicSdk ??= new AnthropicClient { ApiKey = "none", HttpClient = new HttpClient(new BodyHandler(_anthropic)), MaxRetries = 0 }.AsIChatClient("claude-sonnet-4-6");

    private IChatClient GeminiClient => _geminiClient ??= CreateGemini(_gemini);

    private IChatClient GeminiCountsClient => _geminiCountsClient ??= CreateGemini(_geminiCounts);

    private IChatClient LMStudioClient => _lmStudioClient ??= new LMStudioChatClient(new LMStudioOptions { Model = "openai/gpt-oss-20b" }, new HttpClient(new BodyHandler(_lmStudio)));

    private IChatClient ResponsesClient => _responsesClient ??= new OpenAIResponsesChatClient(new OpenAIResponsesOptions { Model = Model, ApiKey = "none" }, new HttpClient(new BodyHandler(_responses)));

    public Task<long> DrainOpenAIAsync() => DrainAsync(_openAI);

    public Task<long> DrainOllamaAsync() => DrainAsync(_ollama);

    public Task<long> OpenAIAsync() => CountAsync(OpenAIClient);

    public Task<long> OpenAIPaddedAsync() => CountAsync(PaddedClient);

    public Task<long> OllamaAsync() => CountAsync(OllamaClient);

    public Task<long> AnthropicAsync() => CountAsync(AnthropicClient);

    public Task<long> AnthropicSdkAsync() => CountAsync(AnthropicSdk);

    public Task<long> GeminiAsync() => CountAsync(GeminiClient);

    public Task<long> GeminiCountsAsync() => CountAsync(GeminiCountsClient);

    public Task<long> LMStudioAsync() => CountAsync(LMStudioClient);

    public Task<long> ResponsesAsync() => CountAsync(ResponsesClient);

    public async Task<long> OpenAIFullParseAsync()
    {
        using var frames = new SseFraming(new PacketStream(_openAI.Bytes));
        return await DecodeAsync(frames, new OpenAIStreamDecoder(Context, OpenAIDialect.OpenAI, fastPath: false));
    }

    public async Task<long> OllamaFullParseAsync()
    {
        using var frames = new NdjsonFraming(new PacketStream(_ollama.Bytes));
        return await DecodeAsync(frames, new OllamaStreamDecoder(Context, fastPath: false));
    }

    public async Task<long> NonStreamingAsync()
    {
        ChatResponse response = await OpenAIClient.GetResponseAsync(Messages);
        return response.Text.Length;
    }

    public async Task<long> StreamingAndAggregationAsync()
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in OpenAIClient.GetStreamingResponseAsync(Messages))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse().Text.Length;
    }

    public async Task<long> OpenAISdkAsync()
    {
        long characters = 0;
        await foreach (StreamingChatCompletionUpdate update in Sdk.CompleteChatStreamingAsync(new UserChatMessage("Hello")))
        {
            foreach (ChatMessageContentPart part in update.ContentUpdate)
            {
                characters += part.Text.Length;
            }
        }

        return characters;
    }

    private static OpenAIChatClient CreateOpenAI(RenderedBody body) => new(new OpenAIOptions { Model = Model, ApiKey = "none" }, new HttpClient(new BodyHandler(body)));

    private static GeminiChatClient CreateGemini(RenderedBody body) => new(new GeminiOptions { Model = "gemini-3-pro", ApiKey = "none" }, new HttpClient(new BodyHandler(body)));

    // Nothing but the reads: what no decoder can be faster than. Its count is the text's by definition.
    private static async Task<long> DrainAsync(RenderedBody body)
    {
        using var http = new HttpClient(new BodyHandler(body));
        using HttpResponseMessage response = await http.GetAsync(new Uri("http://localhost/"), HttpCompletionOption.ResponseHeadersRead);
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[16 * 1024];
        long total = 0;
        for (int read = await stream.ReadAsync(buffer); read > 0; read = await stream.ReadAsync(buffer))
        {
            total += read;
        }

        return total == body.Bytes.Length ? body.Characters : 0;
    }

    private static async Task<long> CountAsync(IChatClient client)
    {
        long characters = 0;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Messages))
        {
            characters += Count(update);
        }

        return characters;
    }

    private static async Task<long> DecodeAsync(FrameReader frames, StreamDecoder decoder)
    {
        long characters = 0;
        while (!decoder.IsComplete)
        {
            while (!decoder.IsComplete && frames.TryRead(out Frame frame))
            {
                characters += decoder.Decode(in frame) is { } update ? Count(update) : 0;
            }

            if (!decoder.IsComplete && !await frames.FillAsync(CancellationToken.None))
            {
                break;
            }
        }

        return characters;
    }

    private static int Count(ChatResponseUpdate update)
    {
        int characters = 0;
        IList<AIContent> contents = update.Contents;
        for (int i = 0; i < contents.Count; i++)
        {
            characters += contents[i] is TextContent text ? text.Text.Length : 0;
        }

        return characters;
    }
}
