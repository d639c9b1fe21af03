using System.Net;
using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>What <see cref="ScriptedHttpHandler"/> answers to one request: status, headers, and a body in chosen pieces with a chosen end.</summary>
/// <remarks>
/// Each method changes the response and returns it. A read never returns bytes of two pieces, so the splits are what the reader sees. One response
/// may answer many requests; it is only read then.
/// </remarks>
public sealed class ScriptedHttpResponse
{
    private readonly List<BodyStep> _steps = [];
    private readonly List<KeyValuePair<string, string>> _headers = [];

    private ScriptedHttpResponse(HttpStatusCode status) => StatusCode = status;

    internal HttpStatusCode StatusCode { get; }

    internal IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    internal string? MediaType { get; private set; }

    internal IReadOnlyList<BodyStep> Steps => _steps;

    internal BodySplit Split { get; private set; } = BodySplit.Whole;

    internal BodyEnd End { get; private set; }

    internal TimeSpan HeadersDelay { get; private set; }

    internal HttpRequestError? Failure { get; private set; }

    internal bool IsNeverAnswered { get; private set; }

    /// <summary>A response with status 200.</summary>
    /// <param name="contentType">The content type; <see langword="null"/> sends none.</param>
    /// <returns>The response.</returns>
    public static ScriptedHttpResponse Ok(string? contentType = null) => Status(200, contentType);

    /// <summary>A response with the given status.</summary>
    /// <param name="status">The HTTP status, 100 to 999.</param>
    /// <param name="contentType">The content type; <see langword="null"/> sends none.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status is below 100 or above 999.</exception>
    public static ScriptedHttpResponse Status(int status, string? contentType = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 999);

        return new ScriptedHttpResponse((HttpStatusCode)status) { MediaType = contentType };
    }

    /// <summary>No response: the request fails before any header with <see cref="HttpRequestException"/>.</summary>
    /// <param name="error">The error that the exception names.</param>
    /// <returns>The response.</returns>
    public static ScriptedHttpResponse FailsBeforeHeaders(HttpRequestError error) => new(default) { Failure = error };

    /// <summary>No response: the request pends until its token is cancelled.</summary>
    /// <returns>The response.</returns>
    public static ScriptedHttpResponse NeverAnswers() => new(default) { IsNeverAnswered = true };

    /// <summary>Adds a header, to the content where it belongs there.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="value">The header's value, sent unchecked.</param>
    /// <returns>This response.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="value"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public ScriptedHttpResponse Header(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);

        _headers.Add(new(name, value));
        return this;
    }

    /// <summary>Sends the headers late.</summary>
    /// <param name="delay">The delay, on the handler's clock.</param>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse HeadersAfter(TimeSpan delay)
    {
        HeadersDelay = delay;
        return this;
    }

    /// <summary>Adds bytes to the body.</summary>
    /// <param name="bytes">The bytes; they are copied.</param>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse Bytes(ReadOnlyMemory<byte> bytes)
    {
        _steps.Add(new BodyStep(bytes.ToArray(), TimeSpan.Zero));
        return this;
    }

    /// <summary>Adds text to the body, in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <returns>This response.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public ScriptedHttpResponse Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Keeps the reader waiting before the bytes that follow, or before the end.</summary>
    /// <param name="delay">The delay, on the handler's clock.</param>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse Delay(TimeSpan delay)
    {
        _steps.Add(new BodyStep([], delay));
        return this;
    }

    /// <summary>Hands each added run of bytes out as one piece, which is the default.</summary>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse SplitNowhere() => SplitBy(BodySplit.Whole);

    /// <summary>Hands out every byte alone.</summary>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse SplitEveryByte() => SplitBy(BodySplit.Sizes([1]));

    /// <summary>Hands out pieces of the given sizes, the last size again and again.</summary>
    /// <param name="sizes">The sizes in bytes, each at least 1.</param>
    /// <returns>This response.</returns>
    /// <exception cref="ArgumentException">No size is given, or one is below 1.</exception>
    public ScriptedHttpResponse SplitBySizes(params int[] sizes) => SplitBy(BodySplit.Sizes(sizes));

    /// <summary>Hands out pieces of random sizes, the same for the same seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="largest">The largest piece in bytes.</param>
    /// <returns>This response.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="largest"/> is below 1.</exception>
    public ScriptedHttpResponse SplitAtRandom(int seed, int largest = 64) => SplitBy(BodySplit.Random(seed, largest));

    /// <summary>After the bytes the body ends in order, which is the default.</summary>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse EndsInOrder() => EndsWith(BodyEnd.InOrder);

    /// <summary>After the bytes the connection ends without the last HTTP chunk.</summary>
    /// <remarks>The read throws <see cref="HttpIOException"/> with <see cref="HttpRequestError.ResponseEnded"/>.</remarks>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse EndsPrematurely() => EndsWith(BodyEnd.Premature);

    /// <summary>After the bytes the connection is reset: <see cref="IOException"/> around a socket's ConnectionReset, as .NET reports it.</summary>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse EndsByReset() => EndsWith(BodyEnd.Reset);

    /// <summary>After the bytes nothing comes: reads pend until their token is cancelled or the response is disposed.</summary>
    /// <returns>This response.</returns>
    public ScriptedHttpResponse EndsInSilence() => EndsWith(BodyEnd.Silence);

    private ScriptedHttpResponse SplitBy(BodySplit split)
    {
        Split = split;
        return this;
    }

    private ScriptedHttpResponse EndsWith(BodyEnd end)
    {
        End = end;
        return this;
    }
}
