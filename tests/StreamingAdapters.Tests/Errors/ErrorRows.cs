using StreamingAdapters.Errors;
using static StreamingAdapters.Errors.ChatErrorKind;

namespace StreamingAdapters.Tests.Errors;

/// <summary>The error table of the chat-completions servers and Ollama, one written body a row.</summary>
internal static partial class ErrorRows
{
    public static IReadOnlyList<ErrorRow> All { get; } = [.. AnyServer(), .. AnyStatus(), .. OpenAI(), .. Azure(), .. Ollama(), .. LMStudio(), .. OpenRouter(), .. OpenServers(), .. Clouds(), .. Anthropic(), .. Gemini(), .. Responses(), .. Bedrock(), .. Cohere()];

    public static TheoryData<string> Names => [.. All.Select(row => row.Name)];

    public static ErrorRow Find(string name) => All.Single(row => row.Name == name);

    private static IEnumerable<ErrorRow> AnyServer() =>
    [
        new("any", 400, """{"error":{"message":"This model's maximum context length is 4096 tokens.","type":"invalid_request_error","param":null,"code":null}}""", ContextLengthExceeded),
        new("any", 400, """{"error":{"message":"Too much.","type":"invalid_request_error","code":"context_length_exceeded"}}""", ContextLengthExceeded),
        new("any", 413, """{"error":{"message":"the prompt is too long","type":"invalid_request_error"}}""", ContextLengthExceeded) { NeedsStatus = true },
        new("any", 422, """{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000","error_type":"validation"}""", ContextLengthExceeded),
        new("any", 400, """{"error":{"message":"Rejected.","code":"content_policy_violation"}}""", ContentFiltered),
        new("any", 400, """{"error":{"message":"You may be violating our usage policy.","type":"invalid_request_error"}}""", ContentFiltered),
        new("any", 400, """{"error":{"message":"Your request was rejected as a result of our safety system."}}""", ContentFiltered),
        new("any", 401, """{"error":{"message":"No.","code":"invalid_api_key"}}""", Authentication),
        new("any", 400, """{"error":{"message":"Incorrect API key provided."}}""", Authentication),
        new("any", 402, """{"message":"Pay first."}""", QuotaExhausted) { NeedsStatus = true },
        new("any", 403, """{"error":{"message":"Your credit balance is too low."}}""", QuotaExhausted),
        new("any", 429, """{"error":{"message":"You have reached your specified API usage limits.","code":"rate_limit_exceeded"}}""", QuotaExhausted),
        new("any", 400, """{"error":{"message":"Your account is not active, please check your billing details."}}""", QuotaExhausted),
        new("any", 403, """{"detail":"Not for you."}""", PermissionDenied) { NeedsStatus = true },
        new("any", 403, """{"error":{"message":"Country, region, or territory not supported"}}""", RegionBlocked),
        new("any", 404, "404 page not found", ModelNotFound) { NeedsStatus = true },
        new("any", 404, """{"error":{"message":"x","code":"model_not_found"}}""", ModelNotFound),
        new("any", 400, """{"error":{"message":"x","code":"unknown_model"}}""", ModelNotFound),
        new("any", 400, """{"error":{"message":"The model `x` does not exist or you do not have access to it."}}""", ModelNotFound),
        new("any", 410, """{"error":{"message":"Gone."}}""", ModelRetired) { NeedsStatus = true },
        new("any", 400, """{"error":{"message":"x","code":"model_decommissioned"}}""", ModelRetired),
        new("any", 404, """{"error":{"message":"The model `x` has been deprecated."}}""", ModelRetired),
        new("any", 400, """{"error":{"message":"Model x was decommissioned last year."}}""", ModelRetired),
        new("any", 400, """{"error":{"message":"This model has been retired."}}""", ModelRetired),
        new("any", 404, """{"error":{"message":"Model x is no longer available."}}""", ModelRetired),
        new("any", 400, """{"error":{"message":"The parameter functions is deprecated for this model.","type":"invalid_request_error"}}""", InvalidRequest),
        new("any", 400, """{"error":{"message":"Invalid 'user': string too long. Expected a string with maximum length 64","code":null,"type":"invalid_request_error"}}""", InvalidRequest),
        new("any", 400, """{"error":{"message":"Invalid 'x': string too long. Expected a string with maximum length 64","code":"string_above_max_length","type":"invalid_request_error"}}""", InvalidRequest),
        new("any", 400, """{"error":{"message":"Invalid 'messages[0].content': string too long. Expected a string with maximum length 1048576","type":"invalid_request_error"}}""", ContextLengthExceeded),
        new("any", 400, """{"errors":[{"code":"bad","message":"No."}]}""", InvalidRequest) { NeedsStatus = true },
        new("any", 400, """[{"error":{"code":400,"message":"No.","status":"INVALID_ARGUMENT"}}]""", InvalidRequest),
        new("any", 502, "<html><head><title>502 Bad Gateway</title></head><body>the model is overloaded, rate limit</body></html>", ServerError) { NeedsStatus = true },
    ];

    private static IEnumerable<ErrorRow> AnyStatus()
    {
        (int Status, ChatErrorKind Kind)[] statuses =
        [
            (400, InvalidRequest), (401, Authentication), (402, QuotaExhausted), (403, PermissionDenied), (404, ModelNotFound),
            (405, InvalidRequest), (408, HeadersTimeout), (409, ServerError), (410, ModelRetired), (413, RequestTooLarge), (415, InvalidRequest),
            (422, InvalidRequest), (424, ServerError), (429, RateLimited), (451, RegionBlocked), (498, Overloaded), (499, ServerError), (500, ServerError),
            (502, ServerError), (503, Overloaded), (504, HeadersTimeout), (520, ServerError), (521, ServerError), (522, ServerError), (523, ServerError),
            (524, HeadersTimeout), (525, ServerError), (526, ServerError), (527, ServerError), (529, Overloaded), (530, ServerError),
        ];
        foreach ((int status, ChatErrorKind kind) in statuses)
        {
            yield return new ErrorRow("any", status, """{"error":{"message":"It failed."}}""", kind) { NeedsStatus = true };
        }

        yield return new ErrorRow("any", 501, """{"error":{"message":"It failed."}}""", UnsupportedFeature) { NeedsStatus = true, Feature = "endpoint" };
    }

    private static IEnumerable<ErrorRow> OpenAI() =>
    [
        new("openai", 429, """{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", QuotaExhausted),
        new("openai", 429, """{"error":{"message":"x","type":"insufficient_quota","code":"rate_limit_exceeded"}}""", QuotaExhausted),
        new("openai", 429, """{"error":{"message":"x","code":"credit_balance_exhausted"}}""", QuotaExhausted),
        new("openai", 400, """{"error":{"message":"x","code":"billing_hard_limit_reached"}}""", QuotaExhausted),
        new("openai", 429, """{"error":{"message":"Rate limit reached. Please try again in 20s.","type":"requests","code":"rate_limit_exceeded"}}""", RateLimited),
        new("openai", 429, """{"error":{"message":"Request too large for gpt-x on tokens per min (TPM): Limit 10000, Requested 20000.","type":"tokens","code":"rate_limit_exceeded"}}""", RequestTooLarge),
        new("openai", 503, """{"error":{"message":"x","type":"server_error","code":"server_is_overloaded"}}""", Overloaded),
        new("openai", 500, """{"error":{"message":"x","code":"slow_down"}}""", Overloaded),
        new("openai", 403, """{"error":{"message":"x","type":"request_forbidden","code":"unsupported_country_region_territory"}}""", RegionBlocked),
        new("openai", 400, """{"error":{"message":"x","type":"invalid_request_error","code":"invalid_encrypted_content"}}""", InvalidRequest),
        new("openai", 400, """{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}""", UnsupportedFeature) { Feature = "streaming" },
        new("openai", 400, """{"error":{"message":"No stream.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}""", UnsupportedFeature) { Feature = "streaming" },
        new("openai", 400, """{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error"}}""", UnsupportedFeature) { Feature = "streaming" },
        new("openai", 400, """{"error":{"message":"x","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}""", InvalidRequest),
        new("openai", 500, """{"error":{"message":"The server had an error.","type":"server_error","param":null,"code":null}}""", ServerError),
    ];

    private static IEnumerable<ErrorRow> Azure() =>
    [
        new("azure", 400, """{"error":{"message":"The response was filtered.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", ContentFiltered),
        new("azure", 400, """{"error":{"message":"Filtered.","code":"BadRequest","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", ContentFiltered),
        new("azure", 400, """{"error":{"message":"The prompt triggered Azure OpenAI's content management policy.","code":"400"}}""", ContentFiltered),
        new("azure", 404, """{"error":{"type":"invalid_request_error","code":"DeploymentNotFound","message":"No such deployment."}}""", ModelNotFound),
        new("azure", 429, """{"error":{"code":"429","message":"Requests have exceeded the call rate limit. Please retry after 6 seconds."}}""", RateLimited),
        new("azure", 401, """{"error":{"code":"401","message":"Access denied due to invalid subscription key."}}""", Authentication),
    ];

    private static IEnumerable<ErrorRow> Ollama() =>
    [
        new("ollama", 404, """{"error":"model 'x' not found"}""", ModelNotFound),
        new("ollama", 404, """{"error":"model \"x\" not found, try pulling it first"}""", ModelNotFound),
        new("ollama", 503, """{"error":"server busy, please try again.  maximum pending requests exceeded"}""", Overloaded),
        new("ollama", 400, """{"error":"the input length exceeds the context length"}""", ContextLengthExceeded),
        new("ollama", 400, """{"error":"registry.ollama.ai/library/x:latest does not support tools"}""", UnsupportedFeature) { Feature = "tools" },
        new("ollama", 400, """{"error":"\"x\" does not support thinking"}""", UnsupportedFeature) { Feature = "thinking" },
        new("ollama", 400, """{"error":"\"x\" does not support chat"}""", UnsupportedFeature) { Feature = "chat" },
        new("ollama", 500, """{"error":"model requires more system memory (9.1 GiB) than is available (4.2 GiB)"}""", ServerError) { Transient = false },
        new("ollama", 500, """{"error":"llama runner process has terminated: cudaMalloc failed: out of memory"}""", ServerError) { Transient = false },
        new("ollama", 500, """{"error":"an error was encountered while running the model"}""", ServerError),
        new("ollama", 429, """{"StatusCode":429,"Status":"429 Too Many Requests","error":"slow down"}""", RateLimited),
        new("ollama", 401, """{"error":"unauthorized","signin_url":"https://ollama.com/connect?name=x"}""", Authentication),
        new("ollama", 402, """{"StatusCode":402,"Status":"402 Payment Required","error":"no"}""", QuotaExhausted),
        new("ollama", 403, """{"StatusCode":403,"Status":"403 Forbidden","error":"no"}""", PermissionDenied),
        new("ollama", 502, """{"StatusCode":502,"Status":"502 Bad Gateway","error":"no"}""", ServerError),
        new("ollama", 400, """{"error":{"message":"prompt too long; exceeded max context length by 9 tokens","type":"invalid_request_error","param":null,"code":null}}""", ContextLengthExceeded),
        new("ollama", 404, """{"error":{"message":"no such model","type":"not_found_error","param":null,"code":null}}""", ModelNotFound),
        new("ollama", 429, """{"error":{"message":"slow","type":"api_error","param":null,"code":null}}""", RateLimited) { NeedsStatus = true },
        new("ollama", 503, """{"error":{"message":"busy","type":"api_error","param":null,"code":null}}""", Overloaded) { NeedsStatus = true },
        new("ollama", 500, """{"error":{"message":"broken","type":"api_error","param":null,"code":null}}""", ServerError),
    ];

    private static IEnumerable<ErrorRow> LMStudio() =>
    [
        new("lmstudio", 400, """{"error":"'messages' field is required"}""", InvalidRequest) { NeedsStatus = true },
        new("lmstudio", 400, """{"error":{"message":"x","type":"invalid_request_error","param":"messages","code":null}}""", InvalidRequest),
        new("lmstudio", 404, """{"error":{"message":"Model unloaded by user or API request.","type":"invalid_request_error"}}""", ModelNotFound) { Transient = true },
        new("lmstudio", 400, """{"error":{"message":"Model unloaded."},"message":"Model unloaded."}""", ModelNotFound) { Transient = true },
        new("lmstudio", 500, """{"error":"Model unloaded."}""", ModelNotFound) { Transient = true },
        new("lmstudio", 400, """{"error":"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}""", ContextLengthExceeded),
        new("lmstudio", 500, """{"error":{"message":"Context size has been exceeded."}}""", ContextLengthExceeded),
        new("lmstudio", 501, """{"error":{"type":"not_implemented","message":"x"}}""", UnsupportedFeature) { Feature = "endpoint" },
        new("lmstudio", 400, """{"error":{"type":"invalid_request","message":"x"}}""", InvalidRequest),
        new("lmstudio", 500, """{"error":{"type":"internal_error","message":"x"}}""", ServerError),
        new("lmstudio", 502, """{"error":{"type":"mcp_connection_error","message":"x"}}""", ServerError),
        new("lmstudio", 502, """{"error":{"type":"plugin_connection_error","message":"x"}}""", ServerError),
        new("lmstudio", 500, """{"error":{"type":"job_not_found","message":"x"}}""", ServerError),
        new("lmstudio", 404, """{"error":{"type":"model_not_found","message":"x"}}""", ModelNotFound),
    ];

    private static IEnumerable<ErrorRow> OpenRouter() =>
    [
        new("openrouter", 400, """{"error":{"code":400,"message":"x/y is not a valid model ID"},"user_id":"u"}""", ModelNotFound),
        new("openrouter", 400, """{"error":{"code":400,"message":"Bad."}}""", InvalidRequest),
        new("openrouter", 401, """{"error":{"message":"Missing Authentication header","code":401}}""", Authentication),
        new("openrouter", 402, """{"error":{"message":"Insufficient credits","code":402}}""", QuotaExhausted),
        new("openrouter", 403, """{"error":{"code":403,"message":"x requires moderation","metadata":{"reasons":["violence"],"flagged_input":"...","provider_name":"x"}}}""", ContentFiltered),
        new("openrouter", 403, """{"error":{"code":403,"message":"Key limit exceeded","metadata":{"reasons":[]}}}""", QuotaExhausted),
        new("openrouter", 408, """{"error":{"code":408,"message":"x"}}""", HeadersTimeout),
        new("openrouter", 413, """{"error":{"code":413,"message":"x"}}""", RequestTooLarge),
        new("openrouter", 422, """{"error":{"code":422,"message":"x"}}""", InvalidRequest),
        new("openrouter", 429, """{"error":{"code":429,"message":"Provider returned error","metadata":{"provider_name":"P","raw":"upstream is busy"}}}""", RateLimited),
        new("openrouter", 502, """{"error":{"code":502,"message":"x"}}""", ServerError),
        new("openrouter", 503, """{"error":{"code":"503","message":"x"}}""", Overloaded),
        new("openrouter", 404, """{"error":{"code":404,"message":"No endpoints found that support tool use."}}""", UnsupportedFeature) { Feature = "tools" },
        new("openrouter", 404, """{"error":{"code":404,"message":"No endpoints found that support image input"}}""", UnsupportedFeature) { Feature = "images" },
        new("openrouter", 400, """{"error":{"code":400,"message":"No endpoints found for x."}}""", ModelNotFound),
        new("openrouter", 400, """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"Your organization must be verified to stream this model.\",\"type\":\"invalid_request_error\",\"param\":\"stream\",\"code\":\"unsupported_value\"}}","provider_name":"OpenAI"}}}""", UnsupportedFeature) { Feature = "streaming" },
        new("openrouter", 400, """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"prompt is too long: 9 tokens\"}}"}}}""", ContextLengthExceeded),
        new("openrouter", 400, """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":{"message":"prefill: x does not support assistant message prefill"}}}}""", UnsupportedFeature) { Feature = "prefill" },
        new("openrouter", 500, """{"id":"g","provider":"P","error":{"code":"server_error","message":"x"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""", ServerError),
    ];

    private static IEnumerable<ErrorRow> OpenServers() =>
    [
        new("vllm", 400, """{"error":{"object":"error","message":"x","type":"BadRequestError","param":null,"code":400}}""", InvalidRequest),
        new("vllm", 400, """{"object":"error","message":"This model's maximum context length is 2048 tokens.","type":"BadRequestError","param":null,"code":400}""", ContextLengthExceeded),
        new("vllm", 404, """{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}""", ModelNotFound),
        new("vllm", 400, """{"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","type":"BadRequestError","code":400}""", UnsupportedFeature) { Feature = "tools" },
        new("vllm", 422, """{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required","input":{"model":"x"}}]}""", InvalidRequest) { NeedsStatus = true },
        new("llamacpp", 400, """{"error":{"code":400,"message":"request (4476 tokens) exceeds the available context size (4096 tokens)","type":"exceed_context_size_error","n_prompt_tokens":4476,"n_ctx":4096}}""", ContextLengthExceeded),
        new("llamacpp", 503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", Overloaded),
        new("llamacpp", 500, """{"error":{"code":500,"message":"x","type":"server_error"}}""", ServerError),
        new("llamacpp", 401, """{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}""", Authentication),
        new("llamacpp", 501, """{"error":{"code":501,"message":"x","type":"not_supported_error"}}""", UnsupportedFeature) { Feature = "endpoint" },
    ];

    private static IEnumerable<ErrorRow> Clouds() =>
    [
        new("groq", 429, """{"error":{"message":"Rate limit reached. Please try again in 1m2.5s.","type":"tokens","code":"rate_limit_exceeded"}}""", RateLimited),
        new("groq", 498, """{"error":{"message":"x","code":"capacity_exceeded"}}""", Overloaded),
        new("groq", 413, """{"error":{"message":"Request too large","type":"tokens","code":"rate_limit_exceeded"}}""", RequestTooLarge),
        new("groq", 413, """{"error":{"message":"Request Entity Too Large","type":"invalid_request_error","code":"request_too_large"}}""", RequestTooLarge),
        new("groq", 422, """{"error":{"message":"x","type":"invalid_request_error"}}""", InvalidRequest) { NeedsStatus = true, Transient = true },
        new("groq", 424, """{"error":{"message":"x"}}""", ServerError) { NeedsStatus = true },
        new("groq", 499, """{"error":{"message":"x"}}""", ServerError) { NeedsStatus = true },
        new("groq", 400, """{"error":{"message":"Tool choice is required","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"maybe","status_code":400}}""", InvalidRequest) { Transient = true },
        new("mistral", 400, """{"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500","raw_status_code":400}""", ModelNotFound),
        new("mistral", 400, """{"object":"error","message":"x","type":"invalid_request_invalid_args","param":null,"code":"3051","raw_status_code":400}""", InvalidRequest),
        new("mistral", 429, """{"object":"error","message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","param":null,"code":"3505"}""", RateLimited) { NeedsStatus = true },
        new("mistral", 401, """{"message":"Unauthorized","request_id":"r"}""", Authentication) { NeedsStatus = true },
        new("mistral", 401, """{"detail":"Invalid API Key"}""", Authentication),
        new("mistral", 422, """{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","code":null,"raw_status_code":422}""", InvalidRequest),
        new("deepseek", 402, """{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}""", QuotaExhausted),
        new("deepseek", 401, """{"error":{"message":"x","type":"authentication_error","param":null,"code":"invalid_request_error"}}""", Authentication),
        new("deepseek", 503, """{"error":{"message":"x","code":"insufficient_system_resource"}}""", Overloaded),
        new("xai", 400, """{"code":"invalid-argument","error":"Incorrect API key provided. You can obtain an API key from https://console.x.ai."}""", Authentication),
        new("xai", 403, """{"code":"The caller does not have permission to execute the specified operation","error":"Your newly created team doesn't have any credits yet."}""", QuotaExhausted) { NeedsStatus = true },
        new("xai", 400, """{"error":"nothing known"}""", InvalidRequest) { NeedsStatus = true },
        new("together", 524, "<!DOCTYPE html><html><title>A timeout occurred</title></html>", HeadersTimeout) { NeedsStatus = true },
        new("together", 503, """{"error":{"message":"x","type":"overloaded"}}""", Overloaded),
        new("cerebras", 400, """{"message":"Please reduce the length of the messages. Current length is 9000 while limit is 8192","type":"invalid_request_error","code":"wrong_length"}""", ContextLengthExceeded),
        new("cerebras", 429, """{"message":"x","type":"too_many_requests_error","param":"queue","code":"queue_exceeded"}""", Overloaded),
        new("cerebras", 429, """{"message":"x","type":"too_many_tokens_error","param":"quota","code":"token_quota_exceeded"}""", RateLimited),
        new("fireworks", 412, """{"error":{"message":"x"}}""", ServerError) { NeedsStatus = true },
        new("perplexity", 401, "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>x</body></html>", Authentication) { NeedsStatus = true },
        new("perplexity", 400, """{"error":{"message":"The total length of all messages is too long.","type":"too_many_prompt_tokens","code":400}}""", ContextLengthExceeded),
        new("gemini", 503, """[{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED"}}]""", RateLimited),
        new("gemini", 429, """[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]}]}}]""", QuotaExhausted),
        new("gemini", 400, """[{"error":{"code":400,"message":"x","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]""", Authentication),
    ];
}
