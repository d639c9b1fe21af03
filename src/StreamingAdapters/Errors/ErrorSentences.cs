using System.Globalization;

namespace StreamingAdapters.Errors;

/// <summary>Our own sentence about a provider's error: who, what, status and code, what to do. Nothing in it is the provider's text.</summary>
internal static class ErrorSentences
{
    /// <summary>The sentence.</summary>
    /// <param name="verdict">What the error means.</param>
    /// <param name="context">Who was asked for which model.</param>
    /// <param name="error">Gives numbers, and whether there is an address to sign in.</param>
    /// <param name="status">The status, if there is one.</param>
    /// <param name="code">The code, already checked.</param>
    /// <param name="retryAfter">The wait, if there is a hint.</param>
    internal static string Compose(ErrorVerdict verdict, ErrorContext context, ProviderError error, int? status, string? code, TimeSpan? retryAfter)
    {
        string provider = context.Provider.Length > 0 ? context.Provider : "The provider";
        string model = context.ModelId is { Length: > 0 } id ? $"model '{id}'" : context.Subject ?? "the model";
        return $"{provider} {What(verdict, model)}{Facts(error, status, code)}. {Advice(verdict, context, error, retryAfter)}";
    }

    private static string What(ErrorVerdict verdict, string model) => verdict.Kind switch
    {
        ChatErrorKind.RateLimited => "limits the rate of requests",
        ChatErrorKind.QuotaExhausted => "refused the request because the account's credit or quota is used up",
        ChatErrorKind.Overloaded => $"has no capacity for {model} at the moment",
        ChatErrorKind.HeadersTimeout => $"did not answer in time with {model}",
        ChatErrorKind.Authentication => "refused the API key or got none",
        ChatErrorKind.PermissionDenied => $"does not allow this key to use {model}",
        ChatErrorKind.RegionBlocked => "does not serve this region",
        ChatErrorKind.ModelNotFound when verdict.IsTransient is true => $"unloaded {model}",
        ChatErrorKind.ModelNotFound => $"does not have {model}",
        ChatErrorKind.ModelRetired => $"has withdrawn {model}",
        ChatErrorKind.ContextLengthExceeded => $"refused the request because it is longer than the context of {model}",
        ChatErrorKind.ContentFiltered => "refused the request because of its content policy",
        ChatErrorKind.InvalidRequest => "refused the request as invalid",
        ChatErrorKind.RequestTooLarge => "refused the request as too large",
        ChatErrorKind.UnsupportedFeature => $"does not support {verdict.Feature} for {model}",
        ChatErrorKind.ServerError => $"failed to answer with {model}",
        _ => "answered with an error that is not known",
    };

    private static string Facts(ProviderError error, int? status, string? code)
    {
        string? number = status?.ToString(CultureInfo.InvariantCulture);
        string?[] facts =
        [
            number is null ? null : $"status {number}",
            code is null || string.Equals(code, number, StringComparison.Ordinal) ? null : $"code {code}",
            error is { PromptTokens: { } prompt, ContextTokens: { } limit }
                ? string.Create(CultureInfo.InvariantCulture, $"{prompt} tokens for a context of {limit}")
                : null,
        ];
        string joined = string.Join(", ", facts.OfType<string>());
        return joined.Length > 0 ? $" ({joined})" : "";
    }

    private static string Advice(ErrorVerdict verdict, ErrorContext context, ProviderError error, TimeSpan? retryAfter) => verdict.Kind switch
    {
        ChatErrorKind.RateLimited or ChatErrorKind.Overloaded when retryAfter is { } wait =>
            string.Create(CultureInfo.InvariantCulture, $"Send the request again in {Math.Ceiling(wait.TotalSeconds)} seconds."),
        ChatErrorKind.RateLimited or ChatErrorKind.Overloaded or ChatErrorKind.HeadersTimeout => "Send the request again later, or use another provider.",
        ChatErrorKind.QuotaExhausted => "Add credit or raise the limit, or use another key or provider.",
        ChatErrorKind.Authentication when error.SignInUrl is not null => "Sign in at the address in Data[\"signin_url\"], or set a valid API key.",
        ChatErrorKind.Authentication => "Set a valid API key in the provider's options or its environment variable.",
        ChatErrorKind.PermissionDenied => "Use a key with this right, or another model.",
        ChatErrorKind.RegionBlocked => "Use a provider that serves this region.",
        ChatErrorKind.ModelNotFound when verdict.IsTransient is true => "Send the request again to load it.",
        ChatErrorKind.ModelNotFound when IsOllama(context) && context.ModelId is { Length: > 0 } id => $"Run 'ollama pull {id}', or choose an installed model.",
        ChatErrorKind.ModelNotFound when context is { ModelId: null, Subject: not null } => "Check the endpoint's path.",
        ChatErrorKind.ModelNotFound => "Check the model's name and the endpoint's path.",
        ChatErrorKind.ModelRetired => "Choose another model.",
        ChatErrorKind.ContextLengthExceeded => "Shorten the conversation, or use a model with a larger context.",
        ChatErrorKind.ContentFiltered => "Change the request's content.",
        ChatErrorKind.InvalidRequest => $"Correct the request; {nameof(ChatAdapterException.ProviderMessage)} says what is wrong.",
        ChatErrorKind.RequestTooLarge => "Shorten the request: waiting does not help.",
        ChatErrorKind.UnsupportedFeature => "Leave it out, or use a model or server that has it.",
        ChatErrorKind.ServerError when verdict.IsTransient is false => "Free memory or choose a smaller model.",
        ChatErrorKind.ServerError => "Send the request again, or use another provider.",
        _ => $"{nameof(ChatAdapterException.ProviderMessage)} may say more.",
    };

    private static bool IsOllama(ErrorContext context) => string.Equals(context.Provider, "ollama", StringComparison.OrdinalIgnoreCase);
}
