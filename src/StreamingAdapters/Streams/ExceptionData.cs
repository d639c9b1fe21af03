namespace StreamingAdapters.Streams;

/// <summary>What stages put on exceptions: in <see cref="Exception.Data"/>, found again through the exceptions that wrap them.</summary>
internal static class ExceptionData
{
    public static void Set(Exception exception, string key, object value)
    {
        // The runtime's own preallocated exceptions take no data.
        if (!exception.Data.IsReadOnly)
        {
            exception.Data[key] = value;
        }
    }

    /// <summary>The value on the exception or on a cause of it; null when none has it.</summary>
    public static object? Find(Exception exception, string key)
    {
        for (Exception? next = exception; next is not null; next = next.InnerException)
        {
            if (next.Data[key] is { } value)
            {
                return value;
            }
        }

        return null;
    }
}
