using StreamingAdapters.Errors;
using StreamingAdapters.Tests.Providers;
using StreamingAdapters.Tests.Recordings;

namespace StreamingAdapters.Tests.Errors;

/// <summary>What a provider sends inside a stream is of the kind that the same body has with its HTTP status, over the provider's own decoder.</summary>
public sealed class InStreamTwinTests
{
    public static TheoryData<string> Anthropic => RowsOf("anthropic");

    public static TheoryData<string> Gemini => RowsOf("gemini");

    public static TheoryData<string> Responses => RowsOf("openai-responses");

    public static TheoryData<string> LMStudio => [.. ErrorRows.All.Where(row => row is { Provider: "lmstudio", NeedsStatus: false }).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(LMStudio))]
    public async Task LMStudio_ErrorEvent_IsOfTheKindOfItsTwin(string name)
    {
        ErrorRow row = ErrorRows.Find(name);

        Check(row, await Decoding.OfLMStudioAsync($"event: error\ndata: {row.Body}\n\n"));
    }

    [Theory]
    [MemberData(nameof(Anthropic))]
    public async Task Anthropic_ErrorEvent_IsOfTheKindOfItsTwin(string name)
    {
        ErrorRow row = ErrorRows.Find(name);

        Check(row, await Decoding.OfAnthropicAsync($"event: error\ndata: {row.Body}\n\n"));
    }

    [Theory]
    [MemberData(nameof(Gemini))]
    public async Task Gemini_ErrorObject_IsOfTheKindOfItsTwin(string name)
    {
        ErrorRow row = ErrorRows.Find(name);
        bool isArray = row.Body.StartsWith('[');

        Check(row, await Decoding.OfGeminiAsync($"data: {row.Body}\r\n\r\n"));
        Check(row, await Decoding.OfGeminiAsync(isArray ? row.Body : $"[{row.Body}]", isArray: true));
        Check(row, await Decoding.OfGeminiAsync(row.Body));
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Responses_ErrorEventAndFailure_AreOfTheKindOfTheirTwin(string name)
    {
        ErrorRow row = ErrorRows.Find(name);
        string error = row.Body[1..^1];

        Check(row, await Decoding.OfResponsesAsync($"event: error\ndata: {{\"type\":\"error\",\"sequence_number\":2,{error}}}\n\n"));
        Check(row, await Decoding.OfResponsesAsync($"data: {{\"type\":\"response.failed\",\"sequence_number\":2,\"response\":{{\"id\":\"resp_1\",\"status\":\"failed\",{error}}}}}\n\n"));
    }

    private static TheoryData<string> RowsOf(string provider) => [.. ErrorRows.All.Where(row => row.Provider == provider).Select(row => row.Name)];

    private static void Check(ErrorRow row, DecodedAnswer answer)
    {
        ChatProviderException http = ChatErrorMapper.FromError(row.ParseHttp(), new ErrorContext(row.Provider));
        Assert.Equal(row.Kind, http.Kind);
        Assert.Equal((http.Kind, http.IsTransient), (answer.FailureKind, (answer.Failure as ChatAdapterException)?.IsTransient));
    }
}
