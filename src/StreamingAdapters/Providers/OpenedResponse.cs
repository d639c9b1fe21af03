using StreamingAdapters.Errors;

namespace StreamingAdapters.Providers;

/// <summary>A response with a status of success.</summary>
/// <param name="Message">The response, whose body is still to come.</param>
/// <param name="Context">What its errors speak of, with the key that was sent.</param>
internal readonly record struct OpenedResponse(HttpResponseMessage Message, ErrorContext Context)
{
    // The generated text would print what the response's headers hold.
    public override string ToString() => $"{nameof(OpenedResponse)} {Context.Provider}";
}
