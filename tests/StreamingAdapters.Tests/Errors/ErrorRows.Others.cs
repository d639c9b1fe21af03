using static StreamingAdapters.Errors.ChatErrorKind;

namespace StreamingAdapters.Tests.Errors;

/// <content>The protocols beside chat completions and Ollama's.</content>
internal static partial class ErrorRows
{
    private static IEnumerable<ErrorRow> Anthropic() =>
    [
        new("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", ContextLengthExceeded),
        new("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"}}""", InvalidRequest),
        new("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}""", QuotaExhausted),
        new("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"Output blocked by content filtering policy"}}""", ContentFiltered),
        new("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"This model does not support assistant message prefill. The conversation must end with a user message."}}""", UnsupportedFeature) { Feature = "prefill" },
        new("anthropic", 401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", Authentication),
        new("anthropic", 402, """{"type":"error","error":{"type":"billing_error","message":"x"}}""", QuotaExhausted),
        new("anthropic", 403, """{"type":"error","error":{"type":"permission_error","message":"x"}}""", PermissionDenied),
        new("anthropic", 404, """{"type":"error","error":{"type":"not_found_error","message":"model: x"}}""", ModelNotFound),
        new("anthropic", 409, """{"type":"error","error":{"type":"conflict_error","message":"x"}}""", ServerError),
        new("anthropic", 413, """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}""", RequestTooLarge),
        new("anthropic", 429, """{"type":"error","error":{"type":"rate_limit_error","message":"x"}}""", RateLimited),
        new("anthropic", 500, """{"type":"error","error":{"type":"api_error","message":"Internal server error"}}""", ServerError),
        new("anthropic", 504, """{"type":"error","error":{"type":"timeout_error","message":"x"}}""", HeadersTimeout),
        new("anthropic", 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", Overloaded),
    ];

    private static IEnumerable<ErrorRow> Gemini() =>
    [
        new("gemini", 400, """{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}""", RegionBlocked),
        new("gemini", 400, """{"error":{"code":400,"message":"The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}""", ContextLengthExceeded),
        new("gemini", 400, """{"error":{"code":400,"message":"This API method requires billing to be enabled.","status":"FAILED_PRECONDITION"}}""", QuotaExhausted),
        new("gemini", 403, """{"error":{"code":403,"message":"x","status":"PERMISSION_DENIED"}}""", PermissionDenied),
        new("gemini", 404, """{"error":{"code":404,"message":"models/x is not found for API version v1beta.","status":"NOT_FOUND"}}""", ModelNotFound),
        new("gemini", 429, """{"error":{"code":429,"message":"Resource has been exhausted.","status":"RESOURCE_EXHAUSTED"}}""", RateLimited),
        new("gemini", 429, """{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}""", QuotaExhausted),
        new("gemini", 500, """{"error":{"code":500,"message":"An internal error has occurred.","status":"INTERNAL"}}""", ServerError),
        new("gemini", 503, """{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}""", Overloaded),
        new("gemini", 504, """{"error":{"code":504,"message":"x","status":"DEADLINE_EXCEEDED"}}""", HeadersTimeout),
    ];

    private static IEnumerable<ErrorRow> Bedrock() =>
    [
        new("bedrock", 429, """{"__type":"com.amazon.coral.service#ThrottlingException","message":"Too many requests, please wait before trying again."}""", RateLimited),
        new("bedrock", 403, """{"__type":"AccessDeniedException","message":"You don't have access to the model with the specified model ID."}""", PermissionDenied),
        new("bedrock", 400, """{"__type":"ValidationException","message":"Malformed input request."}""", InvalidRequest),
        new("bedrock", 400, """{"__type":"ValidationException","message":"prompt is too long: 210000 tokens > 200000 maximum"}""", ContextLengthExceeded),
        new("bedrock", 408, """{"__type":"ModelTimeoutException","message":"x"}""", HeadersTimeout),
        new("bedrock", 424, """{"__type":"modelStreamErrorException","message":"x"}""", ServerError),
        new("bedrock", 500, """{"__type":"internalServerException","message":"x"}""", ServerError),
        new("bedrock", 503, """{"__type":"serviceUnavailableException","message":"x"}""", Overloaded),
    ];

    private static IEnumerable<ErrorRow> Cohere() =>
    [
        new("cohere", 400, """{"message":"too many tokens: size limit exceeded by 100 tokens. Try using shorter or fewer inputs."}""", ContextLengthExceeded),
        new("cohere", 402, """{"message":"Please add a payment method."}""", QuotaExhausted) { NeedsStatus = true },
        new("cohere", 499, """{"message":"request cancelled"}""", ServerError) { NeedsStatus = true },
        new("cohere", 429, """{"message":"You are past the rate limit: too many tokens per minute."}""", RateLimited),
    ];

    private static IEnumerable<ErrorRow> Responses() =>
    [
        new("openai-responses", 400, """{"error":{"message":"x","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}""", ContextLengthExceeded),
        new("openai-responses", 429, """{"error":{"message":"x","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", QuotaExhausted),
        new("openai-responses", 429, """{"error":{"message":"x","type":"tokens","param":null,"code":"rate_limit_exceeded"}}""", RateLimited),
        new("openai-responses", 500, """{"error":{"message":"x","type":"server_error","param":null,"code":"server_error"}}""", ServerError),
    ];
}
