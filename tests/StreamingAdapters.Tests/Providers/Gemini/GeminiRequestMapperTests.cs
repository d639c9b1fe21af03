using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;
using static StreamingAdapters.Tests.Providers.RequestJson;

namespace StreamingAdapters.Tests.Providers.Gemini;

/// <summary>Options to the address and the body of a request, compared with the whole JSON.</summary>
public sealed class GeminiRequestMapperTests
{
    private const string HelloJson = """ "contents":[{"role":"user","parts":[{"text":"hello"}]}]""";
    private const string Vertex = "http://host/v1/projects/p/locations/l/publishers/google";
    private const string WeatherJson = $$"""{"name":"weather","description":"The weather of a city.","parametersJsonSchema":{{SampleTools.SchemaJson}}}""";

    private static JsonElement Schema => JsonDocument.Parse(SampleTools.SchemaJson).RootElement;

    /// <summary>What it shows, the options, and the members that they add.</summary>
    public static TheoryData<string, Func<ChatOptions?>, string> Options => new()
    {
        { "none", () => null, "" },
        { "nothing set", () => new ChatOptions(), "" },
        { "sampling", () => new ChatOptions { Temperature = 0.7f, TopP = 0, TopK = 40, Seed = 5 }, ""","generationConfig":{"temperature":0.7,"topP":0,"topK":40,"seed":5}""" },
        { "bounds", () => new ChatOptions { MaxOutputTokens = 100, StopSequences = ["a", "\n"] }, ""","generationConfig":{"maxOutputTokens":100,"stopSequences":["a","\n"]}""" },
        { "no stop", () => new ChatOptions { StopSequences = [] }, "" },
        { "penalties", () => new ChatOptions { FrequencyPenalty = 0.5f, PresencePenalty = -1.5f }, ""","generationConfig":{"presencePenalty":-1.5,"frequencyPenalty":0.5}""" },
        { "instructions", () => new ChatOptions { Instructions = "be brief" }, ""","systemInstruction":{"parts":[{"text":"be brief"}]}""" },
        { "text", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Text }, "" },
        { "JSON", () => new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, ""","generationConfig":{"responseMimeType":"application/json"}""" },
        { "schema", () => new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "city") }, $$$""","generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{{{SampleTools.SchemaJson}}}}""" },
        { "tools", () => new ChatOptions { Tools = [SampleTools.Weather] }, $$$""","tools":[{"functionDeclarations":[{{{WeatherJson}}}]}]""" },
        { "the server's own tools", () => new ChatOptions { Tools = [new HostedWebSearchTool(), new HostedCodeInterpreterTool()] }, ""","tools":[{"googleSearch":{}},{"codeExecution":{}}]""" },
        { "a choice without functions", () => new ChatOptions { Tools = [new HostedWebSearchTool()], ToolMode = ChatToolMode.Auto }, ""","tools":[{"googleSearch":{}}]""" },
        { "both kinds", () => new ChatOptions { Tools = [new HostedWebSearchTool(), SampleTools.Weather] }, $$$""","tools":[{"functionDeclarations":[{{{WeatherJson}}}]},{"googleSearch":{}}]""" },
        { "tools that the protocol does not know", () => new ChatOptions { Tools = [new HostedFileSearchTool()], ToolMode = ChatToolMode.RequireAny }, "" },
        { "a tool without description and schema", () => new ChatOptions { Tools = [new SampleTools.Custom("f", "true", null)] }, ""","tools":[{"functionDeclarations":[{"name":"f"}]}]""" },
        { "auto", () => Tooled(ChatToolMode.Auto), $$$""","tools":[{"functionDeclarations":[{{{WeatherJson}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO"}}""" },
        { "none of the tools", () => Tooled(ChatToolMode.None), $$$""","tools":[{"functionDeclarations":[{{{WeatherJson}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"NONE"}}""" },
        { "any tool", () => Tooled(ChatToolMode.RequireAny), $$$""","tools":[{"functionDeclarations":[{{{WeatherJson}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}""" },
        { "one tool", () => Tooled(ChatToolMode.RequireSpecific("weather")), $$$""","tools":[{"functionDeclarations":[{{{WeatherJson}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["weather"]}}""" },
        { "additional properties", () => new ChatOptions { AdditionalProperties = new() { ["safetySettings"] = JsonNode.Parse("[]"), ["cachedContent"] = "c", ["candidateCount"] = 2, ["responseModalities"] = JsonNode.Parse("""["TEXT","IMAGE"]"""), ["nothing"] = null } }, ""","safetySettings":[],"cachedContent":"c","generationConfig":{"candidateCount":2,"responseModalities":["TEXT","IMAGE"]}""" },
        { "the generation's own object", () => new ChatOptions { AdditionalProperties = new() { ["generationConfig"] = JsonNode.Parse("""{"x":1}""") } }, ""","generationConfig":{"x":1}""" },
        { "the generation's own object fills what options made", () => new ChatOptions { Temperature = 0.5f, AdditionalProperties = new() { ["generationConfig"] = JsonNode.Parse("""{"temperature":1,"responseModalities":["IMAGE"]}""") } }, ""","generationConfig":{"temperature":0.5,"responseModalities":["IMAGE"]}""" },
        { "the tools' own configuration", () => new ChatOptions { Tools = [SampleTools.Weather], ToolMode = ChatToolMode.Auto, AdditionalProperties = new() { ["toolConfig"] = JsonNode.Parse("""{"retrievalConfig":{"languageCode":"de"}}""") } }, $$$""","tools":[{"functionDeclarations":[{{{WeatherJson}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO"},"retrievalConfig":{"languageCode":"de"}}""" },
        { "an own object of another shape stands back", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["generationConfig"] = "x" } }, ""","generationConfig":{"temperature":1}""" },
        { "additional properties do not replace options", () => new ChatOptions { Temperature = 1, AdditionalProperties = new() { ["temperature"] = 2, ["contents"] = "x" } }, ""","generationConfig":{"temperature":1}""" },
        { "keys of this library stay here", () => new ChatOptions { AdditionalProperties = new() { [StreamingKeys.UsageSoFar] = 1 } }, "" },
        { "members that the protocol has no word for", () => new ChatOptions { ConversationId = "c", AllowBackgroundResponses = true, AllowMultipleToolCalls = false }, "" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Map_Options_GivesTheBody(string what, Func<ChatOptions?> options, string members)
    {
        AssertBody($"{{{HelloJson}{members}}}", OfGemini(options: options()), what);
    }

    /// <summary>A model, whether budgets are used, an effort and an output, and the thinking's configuration.</summary>
    [Theory]
    [InlineData("gemini-3-pro", null, ReasoningEffort.None, null, """{"thinkingLevel":"minimal","includeThoughts":false}""")]
    [InlineData("gemini-3-pro", null, ReasoningEffort.Low, null, """{"thinkingLevel":"low","includeThoughts":true}""")]
    [InlineData("gemini-3-pro", null, ReasoningEffort.Medium, ReasoningOutput.Full, """{"thinkingLevel":"medium","includeThoughts":true}""")]
    [InlineData("gemini-3-pro", null, ReasoningEffort.High, ReasoningOutput.None, """{"thinkingLevel":"high","includeThoughts":false}""")]
    [InlineData("gemini-3-pro", null, ReasoningEffort.ExtraHigh, null, """{"thinkingLevel":"high","includeThoughts":true}""")]
    [InlineData("gemini-3-pro", null, null, ReasoningOutput.Summary, """{"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", null, ReasoningEffort.None, null, """{"thinkingBudget":0,"includeThoughts":false}""")]
    [InlineData("gemini-2.5-flash", null, ReasoningEffort.Low, null, """{"thinkingBudget":1024,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", null, ReasoningEffort.Medium, null, """{"thinkingBudget":8192,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", null, ReasoningEffort.High, null, """{"thinkingBudget":16384,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", null, ReasoningEffort.ExtraHigh, null, """{"thinkingBudget":24576,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", false, ReasoningEffort.Low, null, """{"thinkingLevel":"low","includeThoughts":true}""")]
    [InlineData("m", true, ReasoningEffort.Low, null, """{"thinkingBudget":1024,"includeThoughts":true}""")]
    public void Map_Reasoning_IsAskedForByLevelOrBudget(string model, bool? usesBudgets, ReasoningEffort? effort, ReasoningOutput? output, string expected)
    {
        var options = new ChatOptions { Reasoning = new ReasoningOptions { Effort = effort, Output = output } };

        AssertBody($$$"""{{{{HelloJson}}},"generationConfig":{"thinkingConfig":{{{expected}}}}}""", OfGemini(options: options, usesBudgets: usesBudgets, model: model));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Map_RawRepresentation_StandsAndIsFilledUp(bool asElement)
    {
        const string Raw = """{"generationConfig":{"temperature":2},"own":[1]}""";
        var options = new ChatOptions
        {
            Temperature = 1,
            TopK = 3,
            RawRepresentationFactory = client => ReferenceEquals(client, Client) ? asElement ? JsonDocument.Parse(Raw).RootElement : JsonNode.Parse(Raw) : null,
        };

        AssertBody($$"""{"generationConfig":{"temperature":2,"topK":3},"own":[1],{{HelloJson}}}""", OfGemini(options: options));
    }

    [Theory]
    [InlineData("http://host", "m", true, "http://host/v1beta/models/m:streamGenerateContent?alt=sse")]
    [InlineData("http://host/v1beta/", "m", false, "http://host/v1beta/models/m:generateContent")]
    [InlineData("http://host/v1beta", "models/m", true, "http://host/v1beta/models/m:streamGenerateContent?alt=sse")]
    [InlineData("http://host/v1beta", "tunedModels/a b", true, "http://host/v1beta/tunedModels/a%20b:streamGenerateContent?alt=sse")]
    [InlineData("http://host?alt=json&a=b", "m", true, "http://host/v1beta/models/m:streamGenerateContent?alt=json&a=b")]
    [InlineData("http://host/v1/publishers/google?a=b", "m", true, "http://host/v1/publishers/google/models/m:streamGenerateContent?alt=sse&a=b")]
    [InlineData(Vertex + "?a=b", "m", true, "http://host/v1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent?alt=sse&a=b")]
    [InlineData(Vertex, "models/m", false, "http://host/v1/projects/p/locations/l/publishers/google/models/m:generateContent")]
    [InlineData(Vertex, "endpoints/123", false, "http://host/v1/projects/p/locations/l/endpoints/123:generateContent")]
    [InlineData(Vertex, "publishers/meta/models/m", false, "http://host/v1/projects/p/locations/l/publishers/meta/models/m:generateContent")]
    [InlineData(Vertex, "projects/q/locations/k/endpoints/123", false, "http://host/v1/projects/q/locations/k/endpoints/123:generateContent")]
    [InlineData("http://host/v1?a=b", "m", false, "http://host/v1/models/m:generateContent?a=b")]
    public void Map_Address_HoldsTheModel(string endpoint, string model, bool isStreaming, string expected)
    {
        Assert.Equal(expected, OfGemini(endpoint: endpoint, model: model, isStreaming: isStreaming).Uri.AbsoluteUri);
    }

    [Theory]
    [InlineData(null, "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/m:streamGenerateContent?alt=sse")]
    [InlineData("https://proxy.example/vertex/", "https://proxy.example/vertex/v1/projects/p/locations/global/publishers/google/models/m:streamGenerateContent?alt=sse")]
    [InlineData("https://proxy.example/?alt=json&key=k", "https://proxy.example/v1/projects/p/locations/global/publishers/google/models/m:streamGenerateContent?alt=json&key=k")]
    public async Task Map_Vertex_KeepsTheEndpointsQuery(string? endpoint, string expected)
    {
        SentRequest sent = await SentRequest.ByAsync(http => new GeminiChatClient(new GeminiOptions { Project = "p", Endpoint = endpoint is null ? null : new Uri(endpoint), Model = "m", ApiKey = "token" }, http));

        Assert.Equal((expected, "Bearer token"), (sent.Uri.AbsoluteUri, sent.Authorization));
    }

    [Fact]
    public void Map_NoModel_IsRefused()
    {
        Assert.Contains("GeminiOptions.Model", Assert.Throws<ChatValidationException>(() => OfGemini(model: null)).Message, StringComparison.Ordinal);
    }

    private static ChatOptions Tooled(ChatToolMode? mode) => new() { Tools = [SampleTools.Weather], ToolMode = mode };
}
