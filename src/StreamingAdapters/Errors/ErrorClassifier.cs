namespace StreamingAdapters.Errors;

/// <summary>Decides what an error means: codes and types, then the status, phrases only where the status leaves it open.</summary>
/// <remarks>Quota comes before rate limit. An error inside a stream and an HTTP error with the same body give the same kind.</remarks>
internal static class ErrorClassifier
{
    /// <summary>What the error means.</summary>
    internal static ErrorVerdict Classify(ProviderError error, ErrorContext context)
    {
        if (ByCode(error) is { } decided)
        {
            return decided;
        }

        int? status = StatusOf(error);
        return ByPhrase(error, context, ScopeOf(status)) ?? ByStatus(status, error, context);
    }

    /// <summary>The status that the error stands for: its own word for one, else the status in the body, else HTTP's; null when there is none.</summary>
    internal static int? StatusOf(ProviderError error)
    {
        ErrorCode[] codes = [.. Words(error).Select(ErrorCodes.Find).OfType<ErrorCode>()];
        ErrorCode? named = First(codes, code => code.Strength is ErrorCodeStrength.Strong);
        ErrorCode? any = First(codes, code => code.Strength is ErrorCodeStrength.Decisive) ?? First(codes, _ => true);
        return named?.Status ?? error.BodyStatus ?? error.StatusCode ?? any?.Status ?? error.Nested?.BodyStatus ?? (error.SignInUrl is null ? null : 401);
    }

    private static ErrorVerdict? ByCode(ProviderError error)
    {
        ErrorCode[] decisive = [.. Words(error).Select(ErrorCodes.Find).OfType<ErrorCode>().Where(code => code.Strength is ErrorCodeStrength.Decisive)];
        if (First(decisive, code => code.Verdict.Kind is ChatErrorKind.QuotaExhausted) is { } quota)
        {
            return quota.Verdict;
        }

        // Google's limits per day are quotas; its limits per minute have the same status, code and text.
        if (error.QuotaIds.Any(id => id.Contains("PerDay", StringComparison.OrdinalIgnoreCase)))
        {
            return new ErrorVerdict(ChatErrorKind.QuotaExhausted);
        }

        if (RefusesStream(error) || (error.Nested is { } nested && RefusesStream(nested)))
        {
            return new ErrorVerdict(ChatErrorKind.UnsupportedFeature, "streaming");
        }

        return error.IsModeration ? new ErrorVerdict(ChatErrorKind.ContentFiltered) : First(decisive, _ => true)?.Verdict;
    }

    // OpenAI's answer to unverified organisations.
    private static bool RefusesStream(ProviderError error) => error is { Param: "stream", Code: "unsupported_value" or "unsupported_parameter" };

    private static ErrorVerdict? ByPhrase(ProviderError error, ErrorContext context, ErrorPhraseScopes scope)
    {
        if (scope is ErrorPhraseScopes.None)
        {
            return null;
        }

        PromptEcho[] texts = [.. Texts(error).Select(text => new PromptEcho(text, context.PromptTexts))];
        return texts.Length is 0 ? null : ErrorPhrases.All.FirstOrDefault(phrase => phrase.Scopes.HasFlag(scope) && texts.Any(text => Says(text, phrase)))?.Verdict;
    }

    private static bool Says(PromptEcho text, ErrorPhrase phrase) =>
        Array.TrueForAll(phrase.Parts, text.Says) && (phrase.Unless is null || !text.Says(phrase.Unless));

    private static ErrorPhraseScopes ScopeOf(int? status) => status switch
    {
        null => ErrorPhraseScopes.NoStatus,
        400 or 404 or 413 or 422 => ErrorPhraseScopes.Request,
        403 => ErrorPhraseScopes.Forbidden,
        429 => ErrorPhraseScopes.RateLimit,
        500 => ErrorPhraseScopes.Server,
        _ => ErrorPhraseScopes.None,
    };

    private static ErrorVerdict ByStatus(int? status, ProviderError error, ErrorContext context) => status switch
    {
        // Ollama and llama.cpp break a running answer with a text alone.
        null => new ErrorVerdict(error.Message is null || Words(error).Any() ? ChatErrorKind.Unknown : ChatErrorKind.ServerError),

        // Groq: the model's own output was no valid call; its documentation allows another try.
        422 when string.Equals(context.Provider, "groq", StringComparison.OrdinalIgnoreCase) => new ErrorVerdict(ChatErrorKind.InvalidRequest, IsTransient: true),
        501 => new ErrorVerdict(ChatErrorKind.UnsupportedFeature, "endpoint"),
        _ => new ErrorVerdict(ErrorStatuses.KindOf(status.Value)),
    };

    // A page of a gateway quotes anything; routers quote the upstream's text in their own.
    private static IEnumerable<string> Texts(ProviderError error)
    {
        if (error is { Message: { } text, IsMarkup: false })
        {
            yield return text;
        }

        if (error.Nested is { Message: { } nested, IsMarkup: false })
        {
            yield return nested;
        }
    }

    private static IEnumerable<string> Words(ProviderError? error) => error is null
        ? []
        : [.. new[] { error.Code, error.InnerCode, error.Reason, error.Type }.OfType<string>(), .. Words(error.Nested)];

    private static ErrorCode? First(ErrorCode[] codes, Func<ErrorCode, bool> condition)
    {
        int index = Array.FindIndex(codes, code => condition(code));
        return index < 0 ? null : codes[index];
    }
}
