using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace StreamingAdapters.Errors;

/// <summary>Reads System.ClientModel's <c>ClientResultException</c>: the response that it holds, else its message.</summary>
/// <remarks>
/// The members are named by constants in one expression each, which a trimmer understands and keeps where the assembly is there. Where they are not found
/// (an assembly loaded twice, a later version) the message has to do: it has no headers, and no body but OpenAI's own shape.
/// </remarks>
internal static partial class ClientResultReader
{
    private const int RegexMilliseconds = 1000;

    private static readonly MethodInfo? Response = Type.GetType("System.ClientModel.ClientResultException, System.ClientModel")?.GetMethod("GetRawResponse");
    private static readonly PropertyInfo? Status = Type.GetType("System.ClientModel.Primitives.PipelineResponse, System.ClientModel")?.GetProperty("Status");
    private static readonly PropertyInfo? Content = Type.GetType("System.ClientModel.Primitives.PipelineResponse, System.ClientModel")?.GetProperty("Content");
    private static readonly PropertyInfo? Headers = Type.GetType("System.ClientModel.Primitives.PipelineResponse, System.ClientModel")?.GetProperty("Headers");

    /// <summary>The provider's error; null when there was no response.</summary>
    internal static ProviderError? Read(Exception exception, ErrorContext context)
    {
        object? response = Ask(Response, exception);
        return Ask(Status, response) is int status ? FromResponse(response, status, context) : FromMessage(exception.Message);
    }

    /// <summary>What the message tells: <c>HTTP 429 (type: code)</c> with the provider's text, or a status alone.</summary>
    internal static ProviderError? FromMessage(string message)
    {
        string text = ForeignExceptions.Cut(message);
        if (OpenAIMessage().Match(text) is { Success: true } error)
        {
            return new ProviderError
            {
                StatusCode = StatusOf(error),
                Type = ErrorJson.NotBlank(error.Groups["type"].Value),
                Code = ErrorJson.NotBlank(error.Groups["code"].Value),
                Param = ErrorJson.NotBlank(error.Groups["param"].Value),
                Message = ErrorJson.NotBlank(error.Groups["text"].Value),
            };
        }

        return PlainMessage().Match(text) is { Success: true } plain ? new ProviderError { StatusCode = StatusOf(plain) } : null;
    }

    private static ProviderError FromResponse(object? response, int status, ErrorContext context)
    {
        // Both have what is needed as a base: BinaryData's text is its UTF-8, the headers are a sequence.
        ProviderError error = ForeignExceptions.ReadBody(Ask(Content, response)?.ToString() ?? "");
        error = status is >= 200 and < 300 ? error : error with { StatusCode = status };
        using var headers = new HttpResponseMessage();
        foreach ((string name, string value) in Ask(Headers, response) as IEnumerable<KeyValuePair<string, string>> ?? [])
        {
            headers.Headers.TryAddWithoutValidation(name, value);
        }

        // Waits until a time of day are counted from the server's own clock.
        DateTimeOffset now = headers.Headers.Date ?? default;
        return error with { RetryAfter = RetryHintParser.Parse(headers.Headers, PromptEcho.Hide(error, context.PromptTexts), now) };
    }

    // A response that was not buffered throws.
    private static object? Ask(MemberInfo? member, object? instance)
    {
        try
        {
            return instance is null ? null : member switch
            {
                MethodInfo method => method.Invoke(instance, null),
                PropertyInfo property => property.GetValue(instance),
                _ => null,
            };
        }
        catch (Exception e) when (e is TargetException or TargetInvocationException)
        {
            return null;
        }
    }

    private static int StatusOf(Match match) => int.Parse(match.Groups["status"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\AHTTP (?<status>[1-9][0-9]{2})(?: \((?<type>[^:)\n]*): ?(?<code>[^)\n]*)\))?(?:\r?\nParameter: (?<param>[^\r\n]*))?\s*(?<text>[\s\S]*)\z",
        RegexOptions.ExplicitCapture,
        RegexMilliseconds)]
    private static partial Regex OpenAIMessage();

    [GeneratedRegex(@"\AService request failed\.\s+Status: (?<status>[1-9][0-9]{2})", RegexOptions.ExplicitCapture, RegexMilliseconds)]
    private static partial Regex PlainMessage();
}
