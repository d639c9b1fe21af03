using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamingAdapters.Json;

namespace StreamingAdapters.Errors;

/// <summary>Finds text, code, type and hints in the JSON shapes that providers use for errors.</summary>
internal static class ErrorShapes
{
    // error.error, errors[], array wrappers and raw bodies of routers nest; nothing real nests deeper.
    private const int MaxDepth = 6;

    // A FastAPI body lists every field of every message that failed.
    private const int MaxDetails = 16;

    internal static ProviderError Read(JsonElement body) => Read(body, depth: 0);

    private static ProviderError Read(JsonElement value, int depth) => value.ValueKind switch
    {
        _ when depth > MaxDepth => new ProviderError(),
        JsonValueKind.Object => ReadObject(value, depth),
        JsonValueKind.Array when value.GetArrayLength() > 0 => Read(value[0], depth + 1),
        JsonValueKind.String => new ProviderError { Message = ErrorJson.NotBlank(ErrorJson.Text(value)) },
        _ => new ProviderError(),
    };

    private static ProviderError ReadObject(JsonElement value, int depth)
    {
        bool isWrapper = value.TryGet("error"u8, out JsonElement inner) || value.TryGet("errors"u8, out inner);
        ProviderError error = Read(inner, depth + 1);
        value.TryGet("metadata"u8, out JsonElement metadata);
        error = error with
        {
            Message = error.Message ?? Words(value, "message"u8, depth) ?? Words(value, "detail"u8, depth) ?? Words(value, "errorMessage"u8, depth),
            Code = error.Code ?? ErrorJson.GetCode(value, "code"u8),
            Type = error.Type ?? TypeOf(value, isWrapper),
            Param = error.Param ?? ErrorJson.GetString(value, "param"u8),
            BodyStatus = error.BodyStatus ?? StatusOf(value),
            SignInUrl = error.SignInUrl ?? SignInUrlOf(value),
            InnerCode = error.InnerCode ?? InnerCodeOf(value, "innererror"u8) ?? InnerCodeOf(value, "inner_error"u8),
            PromptTokens = error.PromptTokens ?? ErrorJson.GetNumber(value, "n_prompt_tokens"u8),
            ContextTokens = error.ContextTokens ?? ErrorJson.GetNumber(value, "n_ctx"u8),
            IsModeration = error.IsModeration || HasReasons(metadata),
            Nested = error.Nested ?? NestedOf(metadata, depth),
        };
        return value.TryGet("details"u8, out JsonElement details) ? ReadDetails(error, details) : error;
    }

    // Anthropic and Responses name the frame itself "error". A wrapper's status is the answer's ("failed"), not the error's.
    private static string? TypeOf(JsonElement value, bool isWrapper)
    {
        string? type = ErrorJson.GetString(value, "type"u8) ?? ErrorJson.GetString(value, "error_type"u8) ?? WithoutNamespace(ErrorJson.GetString(value, "__type"u8));
        return type is null or "error" ? (isWrapper ? null : ErrorJson.GetString(value, "status"u8)) : type;
    }

    // AWS: com.amazon.coral.service#ThrottlingException.
    private static string? WithoutNamespace(string? type) => type?[(type.LastIndexOf('#') + 1)..];

    private static int? StatusOf(JsonElement value)
    {
        // Ollama cloud, Groq in streams, NestJS gateways, Mistral, Spring gateways; then a code that is a status.
        ReadOnlySpan<string> names = ["StatusCode", "status_code", "statusCode", "raw_status_code", "status", "code"];
        foreach (string name in names)
        {
            if (int.TryParse(ErrorJson.GetCode(value, Encoding.UTF8.GetBytes(name)), NumberStyles.None, CultureInfo.InvariantCulture, out int status)
                && status is >= 400 and <= 599)
            {
                return status;
            }
        }

        return null;
    }

    private static string? SignInUrlOf(JsonElement value) =>
        ErrorJson.GetString(value, "signin_url"u8) is { } url && Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "https" or "http" ? url : null;

    private static string? InnerCodeOf(JsonElement value, ReadOnlySpan<byte> name) =>
        value.TryGet(name, out JsonElement inner) ? ErrorJson.GetCode(inner, "code"u8) : null;

    private static bool HasReasons(JsonElement metadata) =>
        metadata.Items("reasons"u8).Any();

    // OpenRouter hands the upstream's body on as a string of escaped JSON, sometimes as an object.
    private static ProviderError? NestedOf(JsonElement metadata, int depth)
    {
        if (!metadata.TryGet("raw"u8, out JsonElement raw))
        {
            return null;
        }

        return raw.ValueKind switch
        {
            JsonValueKind.String when depth < MaxDepth => ProviderErrorParser.Parse(Encoding.UTF8.GetBytes(ErrorJson.Text(raw))),
            JsonValueKind.Object => Read(raw, depth + 1),
            _ => null,
        };
    }

    private static string? Words(JsonElement parent, ReadOnlySpan<byte> name, int depth) =>
        parent.TryGet(name, out JsonElement value) ? Words(value, depth + 1) : null;

    private static string? Words(JsonElement value, int depth) => value.ValueKind switch
    {
        JsonValueKind.Array => ErrorJson.NotBlank(string.Join("; ", value.EnumerateArray().Take(MaxDetails).Select(item => Detail(item, depth)))),
        JsonValueKind.Object => Detail(value, depth),
        _ => ErrorJson.NotBlank(ErrorJson.Text(value)),
    };

    // FastAPI: {"loc":["body","messages",0],"msg":"Field required","input":...}. The input is the request: it stays out.
    private static string Detail(JsonElement item, int depth)
    {
        if (ErrorJson.GetString(item, "msg"u8) is not { } words)
        {
            return Read(item, depth + 1).Message ?? ErrorJson.Text(item);
        }

        bool hasPlace = item.TryGet("loc"u8, out JsonElement place) && place.ValueKind is JsonValueKind.Array;
        return hasPlace ? $"{string.Join('.', place.EnumerateArray().Take(MaxDetails).Select(ErrorJson.Text))}: {words}" : words;
    }

    // Google RPC: ErrorInfo, QuotaFailure and RetryInfo side by side.
    private static ProviderError ReadDetails(ProviderError error, JsonElement details)
    {
        if (details.ValueKind is not JsonValueKind.Array)
        {
            return error;
        }

        foreach (JsonElement detail in details.EnumerateArray())
        {
            error = error with
            {
                Reason = error.Reason ?? ErrorJson.GetString(detail, "reason"u8),
                RetryAfter = error.RetryAfter ?? WaitText.Parse(ErrorJson.GetString(detail, "retryDelay"u8)),
                QuotaIds = [.. error.QuotaIds, .. QuotaIdsOf(detail)],
            };
        }

        return error;
    }

    private static IEnumerable<string> QuotaIdsOf(JsonElement detail) =>
        detail.Items("violations"u8).Select(violation => ErrorJson.GetString(violation, "quotaId"u8)).OfType<string>();
}
