using System.Collections.Frozen;
using static StreamingAdapters.Errors.ErrorCodeStrength;

namespace StreamingAdapters.Errors;

/// <summary>The codes and types of error bodies, compared without case.</summary>
/// <remarks>
/// Sources: the providers' error pages; LiteLLM's <c>exception_mapping_utils.py</c>, Bifrost's <c>failureclass.go</c>, the servers' own code for vLLM
/// (exception class names and reason phrases as types), llama.cpp and Ollama; Amazon Bedrock's API reference for its exceptions.
/// </remarks>
internal static class ErrorCodes
{
    private static readonly FrozenDictionary<string, ErrorCode> Table = Build();

    internal static ErrorCode? Find(string? word) => word is not null && Table.TryGetValue(word, out ErrorCode code) ? code : null;

    private static FrozenDictionary<string, ErrorCode> Build()
    {
        var table = new Dictionary<string, ErrorCode>(StringComparer.OrdinalIgnoreCase);
        AddDecisive(table);
        AddStrong(table);
        AddWeak(table);
        return table.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static void AddDecisive(Dictionary<string, ErrorCode> table)
    {
        Decides(table, 429, ChatErrorKind.QuotaExhausted, "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached",
            "billing_not_active", "blocked_api_access", "exceeded_current_quota_error");
        Decides(table, 402, ChatErrorKind.QuotaExhausted, "billing_error", "insufficient_credits", "insufficient_balance");
        Decides(table, 400, ChatErrorKind.ContextLengthExceeded, "context_length_exceeded", "exceed_context_size_error", "too_many_prompt_tokens");
        Decides(table, 400, ChatErrorKind.ContentFiltered, "content_policy_violation", "content_filter", "ResponsibleAIPolicyViolation", "moderation_blocked");
        Decides(table, 401, ChatErrorKind.Authentication, "invalid_api_key", "API_KEY_INVALID", "incorrect_api_key", "missing_api_key", "account_deactivated");
        Decides(table, 403, ChatErrorKind.RegionBlocked, "unsupported_country_region_territory");
        Decides(table, 404, ChatErrorKind.ModelNotFound, "model_not_found", "DeploymentNotFound", "unknown_model", "invalid_model");
        Decides(table, 410, ChatErrorKind.ModelRetired, "model_decommissioned", "model_deprecated", "model_retired");

        // Cerebras says queue_exceeded and Moonshot engine_overloaded_error with 429: the limit is the server's, not the account's.
        Decides(table, 503, ChatErrorKind.Overloaded, "server_is_overloaded", "slow_down", "unavailable_error", "overloaded", "service_unavailable",
            "service_unavailable_error", "insufficient_system_resource");
        Decides(table, 429, ChatErrorKind.Overloaded, "queue_exceeded", "engine_overloaded_error", "engine_overloaded");
        Decides(table, 498, ChatErrorKind.Overloaded, "capacity_exceeded");
        Decides(table, 529, ChatErrorKind.Overloaded, "overloaded_error");

        // LiteLLM excludes string_above_max_length from the context phrases: it is one parameter that is too long.
        Decides(table, 400, ChatErrorKind.InvalidRequest, "invalid_encrypted_content", "string_above_max_length");
        Decides(table, 502, ChatErrorKind.ServerError, "mcp_connection_error", "plugin_connection_error", "network_error");
        table.Add("tool_use_failed", new ErrorCode(400, Decisive, new ErrorVerdict(ChatErrorKind.InvalidRequest, IsTransient: true)));
    }

    private static void AddStrong(Dictionary<string, ErrorCode> table)
    {
        Names(table, 401, Strong, "authentication_error", "UNAUTHENTICATED");
        Names(table, 403, Strong, "permission_error", "PERMISSION_DENIED", "AccessDeniedException", "AccessDenied");
        Names(table, 408, Strong, "ModelTimeoutException");
        Names(table, 413, Strong, "request_too_large", "tokens_limit_reached");
        Names(table, 429, Strong, "rate_limit_exceeded", "rate_limit_error", "rate_limit_reached", "RateLimitReached", "too_many_requests",
            "token_quota_exceeded", "request_quota_exceeded", "RESOURCE_EXHAUSTED", "ThrottlingException");
        Names(table, 424, Strong, "modelStreamErrorException");
        Names(table, 503, Strong, "UNAVAILABLE", "serviceUnavailableException");
        Names(table, 504, Strong, "timeout_error", "DEADLINE_EXCEEDED");
    }

    private static void AddWeak(Dictionary<string, ErrorCode> table)
    {
        Names(table, 400, Weak, "invalid_request_error", "invalid_request", "BadRequestError", "Bad Request", "INVALID_ARGUMENT", "invalid-argument",
            "FAILED_PRECONDITION", "missing_required_parameter", "unsupported_value", "unsupported_parameter", "validation_error", "ValidationException");
        Names(table, 401, Weak, "unauthorized", "AuthenticationError");
        Names(table, 403, Weak, "forbidden", "PermissionDeniedError");
        Names(table, 404, Weak, "not_found_error", "NotFoundError", "Not Found", "NOT_FOUND");
        Names(table, 409, Weak, "conflict_error");
        Names(table, 422, Weak, "UnprocessableEntityError", "Unprocessable Entity");
        Names(table, 429, Weak, "RateLimitError", "Too Many Requests");
        Names(table, 500, Weak, "api_error", "server_error", "internal_error", "internal_server_error", "InternalServerError", "Internal Server Error",
            "INTERNAL", "internalServerException", "job_not_found", "error");
        Names(table, 501, Weak, "not_implemented", "not_supported_error", "UNIMPLEMENTED");
        Names(table, 503, Weak, "ServiceUnavailableError", "Service Unavailable");
    }

    private static void Decides(Dictionary<string, ErrorCode> table, int status, ChatErrorKind kind, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            table.Add(word, new ErrorCode(status, Decisive, new ErrorVerdict(kind)));
        }
    }

    private static void Names(Dictionary<string, ErrorCode> table, int status, ErrorCodeStrength strength, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            table.Add(word, new ErrorCode(status, strength));
        }
    }
}
