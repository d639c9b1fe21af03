using System.Diagnostics.CodeAnalysis;

namespace StreamingAdapters.Testing.Conformance;

/// <summary>Fails a check with a sentence that says what was expected and what was seen.</summary>
internal static class Expect
{
    // How much of two texts is shown around their first difference.
    private const int Shown = 40;

    public static void That([DoesNotReturnIf(false)] bool condition, string sentence)
    {
        if (!condition)
        {
            throw new ConformanceException(sentence);
        }
    }

    public static void Equal<T>(T expected, T actual, string what) =>
        That(EqualityComparer<T>.Default.Equals(expected, actual), $"Expected {what} to be {Show(expected)}; it was {Show(actual)}.");

    public static void Text(string expected, string actual, string what)
    {
        if (string.Equals(expected, actual, StringComparison.Ordinal))
        {
            return;
        }

        int at = expected.AsSpan().CommonPrefixLength(actual);
        throw new ConformanceException(
            $"Expected {what} of {expected.Length} characters; it has {actual.Length} and differs at {at}: expected '{Around(expected, at)}', seen '{Around(actual, at)}'.");
    }

    /// <summary>The exception of a call that must throw one.</summary>
    public static async Task<T> ThrowsAsync<T>(Func<Task> call, string what)
        where T : Exception
    {
        try
        {
            await call();
        }
        catch (T expected)
        {
            return expected;
        }
        catch (Exception e)
        {
            throw new ConformanceException($"Expected {what} to throw {typeof(T).Name}; it threw {e.GetType().Name}: {e.Message}", e);
        }

        throw new ConformanceException($"Expected {what} to throw {typeof(T).Name}; it threw nothing.");
    }

    private static string Show<T>(T value) => value is null ? "null" : $"'{value}'";

    private static string Around(string text, int at) => text.Substring(at, Math.Min(Shown, text.Length - at));
}
